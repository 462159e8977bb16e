package io.orchestrator.worker.program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between this worker and its starters. They write to a named pipe what becomes of their programs; when nobody reads it, the
 * worker is gone. In a file beside it they see up to when programs may work. One for a worker process. Thread-safe.
 */
final class Wire {
    private static final Logger log = LoggerFactory.getLogger(Wire.class);
    private static final VarHandle INSTANT =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final char OVER = 'X';

    private final Fifos fifos;
    private final Map<Long, Told> tellers = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    /** More than one only where somebody tidied up: starters go on with what they have opened. */
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    private volatile long trustedUntil = Long.MAX_VALUE;

    private record Line(Fifo reports, Path lease, MappedByteBuffer page) {
        boolean isThere() {
            return Files.exists(reports.path()) && Files.exists(lease);
        }

        void trustedUntil(long nanos) {
            INSTANT.setVolatile(page, 0, nanos);
        }
    }

    /** One starter's end of it. */
    final class End {
        private final long number = numbers.incrementAndGet();
        private final Told told = new Told();
        private final Line line;

        private End(Line line) {
            this.line = line;
            tellers.put(number, told);
        }

        String reports() {
            return line.reports().path().toString();
        }

        String lease() {
            return line.lease().toString();
        }

        String number() {
            return Long.toString(number);
        }

        Told told() {
            return told;
        }

        /** The starter has ended. Goes through the pipe, so that what the starter said is heard before. */
        void over() {
            try {
                line.reports().write(number + " " + OVER + " 0\n");
            } catch (IOException e) {
                log.warn("a starter's end cannot be told", e);
                forget(number);
            }
        }
    }

    Wire(Fifos fifos) {
        this.fifos = fifos;
    }

    /** Empty where this host has no named pipes. */
    synchronized Optional<End> end() throws IOException {
        if (lines.isEmpty() || !lines.getLast().isThere()) {
            Optional<Fifo> reports = fifos.take();
            if (reports.isEmpty()) {
                return Optional.empty();
            }
            lines.add(open(reports.get()));
        }
        return Optional.of(new End(lines.getLast()));
    }

    /** Whether this host has what it takes; the first starter makes it. */
    boolean isPossible() {
        return fifos.arePossible();
    }

    /** By the monotonic clock. */
    void trustedUntil(long nanos) {
        trustedUntil = nanos;
        lines.forEach(line -> line.trustedUntil(nanos));
    }

    private Line open(Fifo reports) throws IOException {
        Path lease = reports.path().resolveSibling(reports.path().getFileName() + "-lease");
        try (FileChannel file = FileChannel.open(
                lease, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Line line = new Line(reports, lease, file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
            line.trustedUntil(trustedUntil);
            Thread.ofPlatform().daemon().name("program-starters").start(() -> listen(reports));
            return line;
        }
    }

    private void listen(Fifo reports) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(reports.stream(), StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            log.warn("what starters say is not heard any more", e);
        }
    }

    private void hear(String line) {
        try {
            String[] words = line.split(" ");
            long number = Long.parseLong(words[0]);
            char what = words[1].charAt(0);
            Told told = tellers.get(number);
            if (told != null && what == OVER) {
                forget(number);
            } else if (told != null) {
                told.hear(what, Long.parseLong(words[2]));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            log.warn("a starter says what nobody understands: {}", line, e);
        }
    }

    private void forget(long number) {
        Told told = tellers.remove(number);
        if (told != null) {
            told.over();
        }
    }
}
