package io.orchestrator.worker.program;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named pipe that the engine reads and a program writes. It ends when the last process that can write to it is gone,
 * whoever that is. Closing it is noticed by a reader at once, and breaks the pipe of whoever still writes.
 */
final class Fifo implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Fifo.class);

    private final Path path;
    private final FileChannel reader;
    private final FileChannel keeper;

    private Fifo(Path path, FileChannel reader, FileChannel keeper) {
        this.path = path;
        this.reader = reader;
        this.keeper = keeper;
    }

    /** Opens both ends. Opening one alone would wait for the other; opening both in one does not. */
    static Fifo open(Path path) throws IOException {
        FileChannel keeper = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new Fifo(path, FileChannel.open(path, StandardOpenOption.READ), keeper);
        } catch (IOException | RuntimeException e) {
            keeper.close();
            throw e;
        }
    }

    ProcessBuilder.Redirect target() {
        return ProcessBuilder.Redirect.to(path.toFile());
    }

    Path path() {
        return path;
    }

    /** What is written here is read after all that came before. A line, which a pipe takes whole. */
    void write(String line) throws IOException {
        keeper.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    }

    InputStream stream() {
        return Channels.newInputStream(reader);
    }

    /** The program has its end: the engine's own goes, or the pipe would never end, and nobody else is to find it. */
    void handedOver() throws IOException {
        keeper.close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("the pipe {} keeps its name while its program runs: {}", path, e.toString());
        }
    }

    @Override
    public void close() {
        try (reader;
                keeper) {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.debug("closing the pipe {}", path, e);
        }
    }
}
