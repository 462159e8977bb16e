package io.orchestrator.metrics;

import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that takes a while to get, for readers who cannot wait. Reading answers with the last one, and has a new one
 * fetched on a thread of its own when that has grown old; so a scrape shows what the one before it asked for. One fetch
 * is under way at most. Thread-safe.
 */
final class Sample<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Sample.class);

    private record Taken<T>(Optional<T> value, long atNanos) {}

    private final String name;
    private final Supplier<T> source;
    private final Duration fresh;
    private final Ticks ticks;
    private final AtomicBoolean fetching = new AtomicBoolean();
    private volatile Taken<T> taken;

    /**
     * A sample; nothing is fetched before the first reading.
     *
     * @param fresh how old a value may be without a new one being fetched
     */
    Sample(String name, Supplier<T> source, Duration fresh, Ticks ticks) {
        this.name = name;
        this.source = source;
        this.fresh = fresh;
        this.ticks = ticks;
        this.taken = new Taken<>(Optional.empty(), ticks.nanos());
    }

    /** The last value; empty before the first has come, and while the source fails. */
    Optional<T> last() {
        Taken<T> present = taken;
        boolean due = present.value.isEmpty() || ticks.since(present.atNanos).compareTo(fresh) > 0;
        if (due && fetching.compareAndSet(false, true)) {
            Thread.ofVirtual().name("metrics-" + name).start(this::fetch);
        }
        return present.value;
    }

    private void fetch() {
        try {
            taken = new Taken<>(Optional.of(source.get()), ticks.nanos());
        } catch (RuntimeException e) {
            LOG.debug("no {} for the metrics: {}", name, e.getMessage());
            taken = new Taken<>(Optional.empty(), ticks.nanos());
        } finally {
            fetching.set(false);
        }
    }
}
