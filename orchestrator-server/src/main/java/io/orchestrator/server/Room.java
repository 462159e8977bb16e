package io.orchestrator.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that requests and answers of a server may hold, all together: as many clients as there are places must not use
 * up the heap, which belongs to the rest of the process as well. What a small request needs is always there. Thread-safe.
 */
final class Room {
    /** Bytes of a request and of its answer that count for nothing: ten thousand of them are 40 MB. */
    static final int FREE = 4 * 1024;
    /** A body that is larger costs many times its length while it is understood, so few are at a time. */
    static final int LARGE = 64 * 1024;

    private static final int HEAP_A_LARGE_ONE = 64 * 1024 * 1024;

    private final long most;
    private final AtomicLong taken = new AtomicLong();
    private final Semaphore large;

    /**
     * A share of the heap.
     *
     * @param heap all of it, in bytes
     */
    Room(long heap) {
        this.most = heap / 8;
        this.large = new Semaphore(Math.clamp(heap / HEAP_A_LARGE_ONE, 1, 64), true);
    }

    /** What one request holds of it. Used by one thread at a time. */
    final class Held {
        private final boolean isBounded;
        private long asked;
        private long held;
        private boolean isLarge;

        private Held(boolean isBounded) {
            this.isBounded = isBounded;
        }

        /**
         * Takes room for so many bytes more.
         *
         * @throws RequestRefused where there is none
         */
        void take(long bytes) {
            asked += bytes;
            long more = Math.max(0, asked - FREE) - held;
            if (!isBounded || more <= 0) {
                return;
            }
            if (taken.addAndGet(more) > most) {
                taken.addAndGet(-more);
                throw new RequestRefused(
                        503,
                        "busy",
                        "large requests or answers take all the memory there is for them; try again in a moment");
            }
            held += more;
        }

        /** Waits for its turn, where a body is large; until {@link #understood}. */
        void beforeUnderstanding(int bytes) {
            if (isBounded && bytes > LARGE && !isLarge) {
                large.acquireUninterruptibly();
                isLarge = true;
            }
        }

        void understood() {
            if (isLarge) {
                isLarge = false;
                large.release();
            }
        }

        /** All of it, once; the answer is written. */
        void giveBack() {
            understood();
            taken.addAndGet(-held);
            held = 0;
        }
    }

    /** For one request. */
    Held hold() {
        return new Held(true);
    }

    /** For one request that comes by a way on which few can come. */
    Held holdWithoutBound() {
        return new Held(false);
    }

    /** How much of it is taken, in bytes. */
    long taken() {
        return taken.get();
    }
}
