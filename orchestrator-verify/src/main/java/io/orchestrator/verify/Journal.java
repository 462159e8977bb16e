package io.orchestrator.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory, by columns, as queries take it.
 *
 * @param note about a last line that was left out
 */
record Journal(List<JournalLine> lines, Optional<String> note) {
    static final Journal NONE = new Journal(List.of(), Optional.empty());

    /** @throws VerificationException when the file or a line of it cannot be read */
    static Journal read(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return read(reader, endsWithLineFeed(file));
        } catch (NoSuchFileException e) {
            throw new VerificationException("the journal " + file + " cannot be read: there is no such file", e);
        } catch (MalformedInputException e) {
            throw new VerificationException("the journal " + file + " cannot be read: it is no text in UTF-8", e);
        } catch (IOException | UncheckedIOException e) {
            throw new VerificationException("the journal " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Journal read(BufferedReader reader, boolean complete) throws IOException {
        List<JournalLine> lines = new ArrayList<>();
        long number = 0;
        String next = reader.readLine();
        while (next != null) {
            String text = next;
            number++;
            next = reader.readLine();
            if (text.isBlank()) {
                continue;
            }
            try {
                lines.add(JournalLine.parse(number, text));
            } catch (VerificationException e) {
                if (next != null || complete) {
                    throw e;
                }
                return new Journal(lines, Optional.of("the journal's last line is torn and was left out"));
            }
        }
        return new Journal(lines, Optional.empty());
    }

    private static boolean endsWithLineFeed(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            if (channel.size() == 0) {
                return true;
            }
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.position(channel.size() - 1).read(last);
            return last.get(0) == '\n';
        }
    }

    Long[] numbers() {
        return lines.stream().map(JournalLine::number).toArray(Long[]::new);
    }

    @Nullable
    String[] column(JournalField field) {
        return lines.stream().map(line -> line.value(field)).toArray(String[]::new);
    }
}
