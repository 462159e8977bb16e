package io.orchestrator.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program's stdout and stderr as lines in one queue. Two threads read, one takes. What waits in the queue is bounded
 * in bytes; beyond that the program waits, as for any slow reader.
 */
final class ProgramOutput implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProgramOutput.class);

    static final int MAX_LINE_BYTES = 8 * 1024 * 1024;
    private static final int STDERR_LINE_BYTES = 8 * 1024;
    private static final int READ_BYTES = 16 * 1024;
    private static final int QUEUE_BYTES = 2 * MAX_LINE_BYTES;
    private static final int LINE_OVERHEAD_BYTES = 64;
    private static final int STREAMS = 2;

    enum Source {
        STDOUT,
        STDERR
    }

    sealed interface Event {}

    /** One line as it came; no record, because arrays do not compare by content. */
    static final class Line implements Event {
        private final Source source;
        private final byte[] bytes;

        private Line(Source source, byte[] bytes) {
            this.source = source;
            this.bytes = bytes;
        }

        Source source() {
            return source;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** A line of stdout is longer than {@link #MAX_LINE_BYTES}. */
    record TooLong() implements Event {}

    private final OutputPipes pipes;
    private final OutputQueue<Event> queue = new OutputQueue<>(QUEUE_BYTES, STREAMS);
    private volatile boolean stdoutEnded;
    private volatile boolean closed;

    ProgramOutput(OutputPipes pipes) {
        this.pipes = pipes;
    }

    void start(String threadName) {
        start(threadName + "-stdout", () -> read(Source.STDOUT, pipes.stdout(), MAX_LINE_BYTES));
        start(threadName + "-stderr", () -> read(Source.STDERR, pipes.stderr(), STDERR_LINE_BYTES));
    }

    /** The next event, or empty when there is none in time. */
    Optional<Event> next(Duration wait) throws InterruptedException {
        return queue.next(wait);
    }

    /** The next event, if it is there. */
    Optional<Event> poll() {
        return queue.poll();
    }

    /** Both streams have been read and taken to their end. */
    boolean isEnded() {
        return queue.isEnded();
    }

    /** Nothing more can come on stdout; what came may still wait to be taken. */
    boolean isStdoutEnded() {
        return stdoutEnded;
    }

    /** From now on no process hangs in a write; of what it writes beyond the queue's bound, the last is kept. */
    void keepLatest() {
        queue.keepLatest();
    }

    /** Nothing more is read, and whoever still writes finds a broken pipe. What was read can still be taken. */
    void stopReading() {
        closed = true;
        queue.refuse();
        pipes.close();
    }

    @Override
    public void close() {
        stopReading();
    }

    private static void start(String name, Runnable body) {
        // Reading a pipe blocks the thread in the kernel, which would hold a carrier of virtual threads.
        Thread.ofPlatform().daemon().name(name).start(body);
    }

    private void read(Source source, InputStream stream, int maxLineBytes) {
        LineSplitter splitter = new LineSplitter(maxLineBytes, new Queueing(source));
        byte[] buffer = new byte[READ_BYTES];
        // Of a pipe that Java has made: when the program exits, Java drains it into memory, without a bound while a
        // child
        // still writes. It needs this monitor to do so, and so waits until everything was read here, bounded.
        synchronized (stream) {
            try {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    splitter.feed(buffer, count);
                }
            } catch (IOException e) {
                log.debug(
                        "{} ended early; closed by the engine: {}",
                        Thread.currentThread().getName(),
                        closed,
                        e);
            }
        }
        splitter.finish();
        if (source == Source.STDOUT) {
            stdoutEnded = true;
        }
        queue.readerEnded();
    }

    private final class Queueing implements LineSplitter.Sink {
        private final Source source;
        private boolean told;
        private boolean inLongLine;

        Queueing(Source source) {
            this.source = source;
        }

        @Override
        public void line(byte[] line) {
            if (inLongLine) {
                inLongLine = false;
                return;
            }
            queue.put(new Line(source, line), Math.min(QUEUE_BYTES, line.length + LINE_OVERHEAD_BYTES));
        }

        /** What follows the line is heard again: there may be money in it. */
        @Override
        public void tooLong(byte[] head) {
            if (source == Source.STDERR) {
                line(head);
                return;
            }
            inLongLine = true;
            if (!told) {
                told = true;
                queue.put(new TooLong(), LINE_OVERHEAD_BYTES);
            }
        }
    }
}
