package io.orchestrator.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program's stdout and stderr as lines in one queue. Two threads read, one takes. What waits in the queue is bounded
 * in bytes; beyond that the program waits, as for any slow reader.
 */
final class ProgramOutput {
    private static final Logger log = LoggerFactory.getLogger(ProgramOutput.class);

    static final int MAX_LINE_BYTES = 8 * 1024 * 1024;
    private static final int STDERR_LINE_BYTES = 8 * 1024;
    private static final int READ_BYTES = 16 * 1024;
    private static final int QUEUE_BYTES = 2 * MAX_LINE_BYTES;
    private static final int LINE_OVERHEAD_BYTES = 64;

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

    record End(Source source) implements Event {}

    private final Process process;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(QUEUE_BYTES);
    private final Set<Source> open = EnumSet.allOf(Source.class);
    private volatile boolean discarding;

    ProgramOutput(Process process) {
        this.process = process;
    }

    void start(String threadName) {
        start(threadName + "-stdout", () -> read(Source.STDOUT, process.getInputStream(), MAX_LINE_BYTES));
        start(threadName + "-stderr", () -> read(Source.STDERR, process.getErrorStream(), STDERR_LINE_BYTES));
    }

    /** The next event, or empty when there is none in time. */
    Optional<Event> next(Duration wait) throws InterruptedException {
        Event event = events.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        switch (event) {
            case null -> {
                return Optional.empty();
            }
            case Line line -> room.release(cost(line.bytes()));
            case TooLong tooLong -> {}
            case End end -> open.remove(end.source());
        }
        return Optional.of(event);
    }

    /** Both streams have been read and taken to their end. */
    boolean isEnded() {
        return open.isEmpty();
    }

    /** Reads on, so that no process hangs in a write, but keeps nothing. */
    void discard() {
        discarding = true;
        room.release(QUEUE_BYTES);
        events.clear();
    }

    private static void start(String name, Runnable body) {
        // Reading a pipe blocks the thread in the kernel, which would hold a carrier of virtual threads.
        Thread.ofPlatform().daemon().name(name).start(body);
    }

    private void read(Source source, InputStream stream, int maxLineBytes) {
        LineSplitter splitter = new LineSplitter(maxLineBytes, new Queueing(source));
        byte[] buffer = new byte[READ_BYTES];
        // When the program exits, Java drains its streams into memory, without a bound while a child still writes.
        // It needs this monitor to do so, and so waits until everything was read here, bounded.
        synchronized (stream) {
            try {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    splitter.feed(buffer, count);
                }
            } catch (IOException e) {
                log.debug("{} of process {} ended early", source, process.pid(), e);
            }
        }
        splitter.finish();
        events.add(new End(source));
    }

    private static int cost(byte[] line) {
        return Math.min(QUEUE_BYTES, line.length + LINE_OVERHEAD_BYTES);
    }

    private final class Queueing implements LineSplitter.Sink {
        private final Source source;
        private boolean failed;

        Queueing(Source source) {
            this.source = source;
        }

        @Override
        public void line(byte[] line) {
            if (discarding || failed) {
                return;
            }
            room.acquireUninterruptibly(cost(line));
            events.add(new Line(source, line));
        }

        @Override
        public void tooLong(byte[] head) {
            if (source == Source.STDERR) {
                line(head);
            } else if (!failed) {
                failed = true;
                events.add(new TooLong());
            }
        }
    }
}
