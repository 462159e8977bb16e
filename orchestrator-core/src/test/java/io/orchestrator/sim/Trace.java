package io.orchestrator.sim;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Collectors;

/** What happened: all of it as a hash, and the last notable lines as text. */
final class Trace {
    private static final int TAIL = 60;
    private static final Set<String> ROUTINE = Set.of(
            "leases.renew",
            "timers.untilNext",
            "timers.fireDue",
            "timers.fireCustom",
            "dispatch.due",
            "recovery.reap",
            "recovery.sweep",
            "tasks.heartbeat");

    private record Line(long at, String who, String what, String about) {}

    private final Deque<Line> tail = new ArrayDeque<>();
    private long hash = 1;

    void add(long at, String who, String what, String about) {
        hash = hash * 31 + at;
        hash = hash * 31 + who.hashCode();
        hash = hash * 31 + what.hashCode();
        hash = hash * 31 + about.hashCode();
        if (ROUTINE.contains(what)) {
            return;
        }
        if (tail.size() == TAIL) {
            tail.remove();
        }
        tail.add(new Line(at, who, what, about));
    }

    long hash() {
        return hash;
    }

    String tail() {
        return tail.stream()
                .map(line ->
                        "  " + Instant.ofEpochMilli(line.at) + "  " + line.who + "  " + line.what + "  " + line.about)
                .collect(Collectors.joining("\n"));
    }
}
