package io.orchestrator.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a program's stdout and stderr go through. To be used for one program: {@link #redirect}, start it, {@link
 * #started}, read, {@link #close}.
 */
sealed interface OutputPipes extends AutoCloseable {
    /** Pipes of the engine's own, where this host has them. */
    static OutputPipes open(Fifos fifos) throws IOException {
        Optional<Fifo> stdout = fifos.take();
        if (stdout.isEmpty()) {
            return new OfJava();
        }
        try {
            Optional<Fifo> stderr = fifos.take();
            if (stderr.isPresent()) {
                return new Own(stdout.get(), stderr.get());
            }
        } catch (IOException e) {
            stdout.get().close();
            throw e;
        }
        stdout.get().close();
        return new OfJava();
    }

    void redirect(ProcessBuilder builder);

    void started(Process process) throws IOException;

    InputStream stdout();

    InputStream stderr();

    /** Whoever reads or writes is stopped: a reader at once, a writer by a broken pipe. */
    @Override
    void close();

    /** They end when nobody can write to them any more, also after the program's own end. */
    record Own(Fifo out, Fifo err) implements OutputPipes {
        @Override
        public void redirect(ProcessBuilder builder) {
            builder.redirectOutput(out.target()).redirectError(err.target());
        }

        @Override
        public void started(Process process) throws IOException {
            out.handedOver();
            err.handedOver();
        }

        @Override
        public InputStream stdout() {
            return out.stream();
        }

        @Override
        public InputStream stderr() {
            return err.stream();
        }

        @Override
        public void close() {
            out.close();
            err.close();
        }
    }

    /**
     * The pipes that Java makes. Java closes them when the program exits while nobody reads, whatever a child of it still
     * has to say; and closing them while somebody reads does nothing before the next byte.
     */
    final class OfJava implements OutputPipes {
        private @Nullable Process process;

        @Override
        public void redirect(ProcessBuilder builder) {
            builder.redirectOutput(ProcessBuilder.Redirect.PIPE).redirectError(ProcessBuilder.Redirect.PIPE);
        }

        @Override
        public void started(Process started) {
            process = started;
        }

        @Override
        public InputStream stdout() {
            return running().getInputStream();
        }

        @Override
        public InputStream stderr() {
            return running().getErrorStream();
        }

        @Override
        public void close() {}

        private Process running() {
            if (process == null) {
                throw new IllegalStateException("the pipes of a program that was not started");
            }
            return process;
        }
    }
}
