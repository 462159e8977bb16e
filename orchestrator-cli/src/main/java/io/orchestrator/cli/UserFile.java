package io.orchestrator.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text file that a user names, read within bounds. */
final class UserFile {
    private static final int MOST_BYTES = 1 << 20;

    private UserFile() {}

    /**
     * The file's text. Never reads more than is allowed, so that a device or a huge file does not fill the memory.
     *
     * @param what for people: {@code the plan plan.json}
     * @throws Refusal when it is missing, too long, unreadable or not UTF-8
     */
    static String text(Path file, String what) {
        if (Files.isDirectory(file)) {
            throw new Refusal(what + " is a directory; expected a JSON file");
        }
        try (var stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new Refusal(what + " is longer than 1 MiB; expected at most 1 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new Refusal(what + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new Refusal(what + " is not UTF-8; expected a JSON document in UTF-8", e);
        } catch (IOException e) {
            throw new Refusal(what + " cannot be read: " + FileProblem.of(e), e);
        }
    }
}
