package io.orchestrator.plan;

import io.orchestrator.json.JsonPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The text of an agents file: the only place of this package that looks at the disk. */
final class AgentsFileText {
    private AgentsFileText() {}

    /** Reads one byte more than is allowed at most, so that a device or a huge file does not fill the memory. */
    static String read(Path file, String document) {
        try (var stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(DocumentSchema.MOST_BYTES + 1);
            if (bytes.length > DocumentSchema.MOST_BYTES) {
                throw new InvalidAgentsFileException(
                        document,
                        List.of(new PlanFault(JsonPointer.ROOT.text(), "more than 1 MiB", DocumentSchema.BOUND)));
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(document, "bytes that are not UTF-8", "a JSON document in UTF-8", e);
        } catch (NoSuchFileException e) {
            throw unreadable(document, "no such file", "a file that defines the plan's agents", e);
        } catch (IOException e) {
            throw unreadable(document, "a file that cannot be read (" + e.getMessage() + ")", "a readable file", e);
        }
    }

    private static InvalidAgentsFileException unreadable(
            String document, String found, String expected, IOException e) {
        var exception = new InvalidAgentsFileException(
                document, List.of(new PlanFault(JsonPointer.ROOT.text(), found, expected)));
        exception.initCause(e);
        return exception;
    }
}
