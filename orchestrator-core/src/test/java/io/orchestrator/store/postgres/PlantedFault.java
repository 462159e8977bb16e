package io.orchestrator.store.postgres;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fault in the statements that the engine sends to Postgres. A statement is known by a piece of its text. Thread-safe;
 * each is for one {@link PlantedStore}.
 */
public sealed interface PlantedFault {
    /** Whether a statement was hit: a fault that never was proves nothing. */
    boolean wasHit();

    /** Another text stands in the place of a piece, which the statement has to hold exactly once. */
    static PlantedFault rewritten(String statement, String piece, String by) {
        return new Rewritten(statement, piece, by, new AtomicInteger());
    }

    /** What the transaction has done up to and with this statement is committed, apart from what follows. */
    static PlantedFault committedAfter(String statement) {
        return new CommittedAfter(statement, new AtomicInteger());
    }

    /** The connection breaks, the first time that this statement is to be sent. */
    static PlantedFault brokenOnceAt(String statement) {
        return new BrokenOnceAt(statement, new AtomicBoolean());
    }

    record Rewritten(String statement, String piece, String by, AtomicInteger hits) implements PlantedFault {
        String apply(String sql) {
            if (!sql.contains(statement)) {
                return sql;
            }
            int first = sql.indexOf(piece);
            if (first < 0 || sql.indexOf(piece, first + 1) >= 0) {
                throw new AssertionError("expected '" + piece + "' exactly once in: " + sql);
            }
            hits.incrementAndGet();
            return sql.replace(piece, by);
        }

        @Override
        public boolean wasHit() {
            return hits.get() > 0;
        }
    }

    record CommittedAfter(String statement, AtomicInteger hits) implements PlantedFault {
        boolean isHitBy(String sql) {
            boolean hit = sql.contains(statement);
            hits.addAndGet(hit ? 1 : 0);
            return hit;
        }

        @Override
        public boolean wasHit() {
            return hits.get() > 0;
        }
    }

    record BrokenOnceAt(String statement, AtomicBoolean hit) implements PlantedFault {
        boolean isHitBy(String sql) {
            return sql.contains(statement) && hit.compareAndSet(false, true);
        }

        @Override
        public boolean wasHit() {
            return hit.get();
        }
    }
}
