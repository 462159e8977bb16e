package io.orchestrator.worker.program;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What a starter has told of the one program that it holds, or a guard of all. Thread-safe. */
final class Told {
    /** A starter that was killed tells nothing, and the kernel kills its program. */
    static final int KILLED = 137;

    private final CompletableFuture<Long> pid = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final Set<Long> cutOff = ConcurrentHashMap.newKeySet();

    /** Its pid once it runs, or a negative number when it does not come to that. */
    CompletableFuture<Long> pid() {
        return pid;
    }

    CompletableFuture<Integer> exit() {
        return exit;
    }

    /** Whether it has ended this, of all that it holds, because the worker was not trusted any more. */
    boolean isCutOff(long number) {
        return cutOff.contains(number);
    }

    void hear(char what, long value) {
        switch (what) {
            case 'S' -> pid.complete(value);
            case 'E' -> exit.complete((int) value);
            case 'K' -> cutOff.add(value);
            default -> throw new IllegalArgumentException("a starter says S, E or K, found " + what);
        }
    }

    /** The starter has ended: what it has not told by now it will not tell. */
    void over() {
        pid.complete(-1L);
        exit.complete(KILLED);
    }
}
