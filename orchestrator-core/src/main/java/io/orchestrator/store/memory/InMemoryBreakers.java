package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.plan.BreakerRule;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.BreakerDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Gates.Kind;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Breakers in memory. */
final class InMemoryBreakers implements Breakers {
    private final Transactions transactions;
    private final Memory memory;
    private final InMemoryGates gates;
    private final InstantSource clock;

    InMemoryBreakers(Transactions transactions, Memory memory, InMemoryGates gates, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.gates = gates;
        this.clock = clock;
    }

    @Override
    public boolean trip(Target target, BreakerRule rule, String reason) {
        return transactions.run("breakers.trip", () -> {
            Instant now = clock.instant();
            String name = target.gateName();
            if (closed(name, now).isPresent()) {
                return false;
            }
            int trips = Optional.ofNullable(memory.breakers.get(name))
                            .map(BreakerRow::trips)
                            .orElse(0)
                    + 1;
            BreakerRow row = new BreakerRow(name, false, trips, rule.pause(), rule.probes(), reason, now)
                    .opened(trips, Stored.text(reason), now);
            memory.breakers.put(name, row);
            hold(row, now);
            tell(target, now, EventKind.TARGET_HELD, Json.object("target", name, "reason", row.reason()));
            return true;
        });
    }

    @Override
    public Ready settle(Target target, boolean worked) {
        return transactions.run("breakers.settle", () -> {
            Instant now = clock.instant();
            String name = target.gateName();
            BreakerRow row = memory.breakers.get(name);
            if (row == null || !row.halfOpen()) {
                return Ready.NOTHING;
            }
            boolean isOurs = isHeldForATime(name, now);
            memory.queued().stream().filter(task -> isOf(task, name)).forEach(task -> task.probe = false);
            return worked ? close(target, isOurs, now) : reopen(target, row, isOurs, now);
        });
    }

    private Ready close(Target target, boolean isOurs, Instant now) {
        String name = target.gateName();
        memory.breakers.remove(name);
        if (!isOurs) {
            return Ready.NOTHING;
        }
        Ready ready = gates.remove(new Gate(Kind.TARGET, name), now);
        tell(target, now, EventKind.TARGET_RELEASED, Json.object("target", name));
        return ready;
    }

    private Ready reopen(Target target, BreakerRow row, boolean isOurs, Instant now) {
        BreakerRow after = row.opened(row.trips() + 1, row.reason(), now);
        memory.breakers.put(row.target(), after);
        if (isOurs) {
            hold(after, now);
            tell(
                    target,
                    now,
                    EventKind.TARGET_HELD,
                    Json.object("target", row.target(), "reason", "a probe failed; " + row.reason()));
        }
        return Ready.NOTHING;
    }

    /** Lets probes through where the wait is over; part of the dispatcher's transaction. */
    static List<Ticket> probe(Memory memory, Instant now) {
        List<Ticket> tickets = new ArrayList<>();
        for (BreakerRow row : List.copyOf(memory.breakers.values())) {
            Optional<GateRow> gate = closed(memory, row.target(), now);
            if (!row.retryAt().isAfter(now) && gate.flatMap(GateRow::reopensAt).isPresent()) {
                List<TaskRow> probes = mark(memory, row, now);
                if (!probes.isEmpty()) {
                    memory.breakers.put(row.target(), row.probing(now));
                }
                memory.gates.put(gate.get().gate(), gate.get().until(now.plus(held(row.hold()))));
                probes.forEach(task -> tickets.add(task.ticket()));
            }
        }
        return tickets;
    }

    private static List<TaskRow> mark(Memory memory, BreakerRow row, Instant now) {
        List<TaskRow> probes = memory.queued().stream()
                .filter(task -> isOf(task, row.target()) && task.mayStartAt(now))
                .filter(task -> memory.gatesBefore(task, now).stream()
                        .allMatch(g -> g.gate().kind() == Kind.TARGET))
                .sorted(Comparator.comparing((TaskRow task) -> !task.probe)
                        .thenComparing(TaskRow::lane)
                        .thenComparing(task -> task.id))
                .limit(row.probes())
                .toList();
        for (TaskRow task : probes) {
            task.probe = true;
            task.dispatchAt = now.plus(Dispatch.GRACE);
        }
        return probes;
    }

    private void hold(BreakerRow row, Instant now) {
        Gate gate = new Gate(Kind.TARGET, row.target());
        Instant closedAt = closed(row.target(), now).map(GateRow::closedAt).orElse(now);
        memory.gates.put(
                gate, new GateRow(gate, row.reason(), false, closedAt, Optional.of(now.plus(held(row.hold())))));
    }

    private static Duration held(Duration pause) {
        return pause.plus(BreakerDecisions.SAFETY);
    }

    private Optional<GateRow> closed(String name, Instant now) {
        return closed(memory, name, now);
    }

    private static Optional<GateRow> closed(Memory memory, String name, Instant now) {
        return Optional.ofNullable(memory.gates.get(new Gate(Kind.TARGET, name)))
                .filter(gate -> gate.isClosedAt(now));
    }

    private boolean isHeldForATime(String name, Instant now) {
        return closed(name, now).flatMap(GateRow::reopensAt).isPresent();
    }

    private static boolean isOf(TaskRow task, String name) {
        return Gate.ofTarget(task.spec.type(), task.target()).name().equals(name);
    }

    private void tell(Target target, Instant now, EventKind kind, Json data) {
        Optional.ofNullable(memory.runs.get(target.runId())).ifPresent(run -> run.log(now, kind, data));
    }
}
