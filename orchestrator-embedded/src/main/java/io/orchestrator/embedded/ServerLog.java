package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file a server prints to. Appended to over restarts; set aside as {@code .1} when it has grown large. */
final class ServerLog {
    private static final long ROTATE_AT_BYTES = 10L << 20;
    private static final int TAIL_BYTES = 4096;

    private final Path file;
    private final long begin;

    private ServerLog(Path file, long begin) {
        this.file = file;
        this.begin = begin;
    }

    /** The log of a start that is about to happen: its tail holds nothing that was printed before. */
    static ServerLog begin(Path directory, String name) {
        try {
            Files.createDirectories(directory, FileTree.PRIVATE_DIRECTORY);
            Path file = directory.resolve(name + ".log");
            if (Files.exists(file) && Files.size(file) > ROTATE_AT_BYTES) {
                Files.move(file, directory.resolve(name + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            if (Files.notExists(file)) {
                Files.createFile(file, FileTree.PRIVATE_FILE);
            }
            return new ServerLog(file, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the log of " + name + " below " + directory, e);
        }
    }

    Path file() {
        return file;
    }

    ServerStartException failure(String server, String what) {
        return new ServerStartException(server, what, file, tail());
    }

    String tail() {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long from = Math.max(begin, channel.size() - TAIL_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
            channel.position(from);
            int read = 0;
            while (read >= 0 && bytes.hasRemaining()) {
                read = channel.read(bytes);
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(cannot be read: " + e + ")";
        }
    }
}
