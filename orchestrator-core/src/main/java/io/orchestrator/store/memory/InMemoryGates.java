package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.Ready;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Gates in memory. */
final class InMemoryGates implements Gates {
    private final Transactions transactions;
    private final Memory memory;
    private final InstantSource clock;
    private final PausedClocks clocks;

    InMemoryGates(Transactions transactions, Memory memory, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.clock = clock;
        this.clocks = new PausedClocks(memory);
    }

    @Override
    public boolean close(Gate gate, Closing closing) {
        if (gate.kind() == Kind.RUN && closing.reopensAfter().isPresent()) {
            throw new IllegalArgumentException("a run's gate does not reopen by itself: " + gate.name());
        }
        return transactions.run("gates.close", () -> {
            Instant now = clock.instant();
            Optional<RunRow> run = runOf(gate);
            if (gate.kind() == Kind.RUN && run.map(r -> r.state.isFinal()).orElse(true)) {
                return false;
            }
            Optional<GateRow> before =
                    Optional.ofNullable(memory.gates.get(gate)).filter(g -> g.isClosedAt(now));
            Optional<GateRow> paused = before.filter(g -> gate.kind() != Kind.TARGET);
            GateRow after = new GateRow(
                    gate,
                    paused.map(GateRow::reason).orElse(Stored.text(closing.reason())),
                    closing.recalls() || paused.map(GateRow::recalls).orElse(false),
                    before.map(GateRow::closedAt).orElse(now),
                    closing.reopensAfter().map(now::plus));
            memory.gates.put(gate, after);
            if (before.isEmpty()) {
                run.ifPresent(r -> r.log(now, EventKind.RUN_PAUSED, Json.object("reason", after.reason())));
            }
            return true;
        });
    }

    @Override
    public Opened open(Gate gate) {
        return transactions.run("gates.open", () -> {
            Instant now = clock.instant();
            GateRow removed = memory.gates.remove(gate);
            if (removed == null) {
                return Opened.NOTHING;
            }
            Optional<RunRow> run = runOf(gate);
            run.ifPresent(r -> {
                clocks.move(r, removed.closedAt());
                r.log(now, EventKind.RUN_RESUMED, Json.EMPTY_OBJECT);
            });
            return new Opened(
                    removed.isClosedAt(now), makeDue(removed, now).and(new Ready(List.of(), run.isPresent())));
        });
    }

    /** Opens the gate of a target, within somebody else's transaction. */
    Ready remove(Gate gate, Instant now) {
        GateRow removed = memory.gates.remove(gate);
        return removed == null ? Ready.NOTHING : makeDue(removed, now);
    }

    private Ready makeDue(GateRow removed, Instant now) {
        List<Ticket> tickets = new ArrayList<>();
        for (TaskRow task : memory.queued()) {
            if (removed.standsBefore(task) && !memory.isHeld(task, now)) {
                task.dispatchAt = now.plus(Dispatch.GRACE);
                tickets.add(task.ticket());
            }
        }
        tickets.sort(Comparator.comparing(Ticket::taskId));
        return new Ready(tickets, false);
    }

    private Optional<RunRow> runOf(Gate gate) {
        return gate.kind() == Kind.RUN ? Optional.ofNullable(memory.runs.get(gate.name())) : Optional.empty();
    }

    @Override
    public List<Closed> closed() {
        return transactions.run("gates.closed", () -> {
            Instant now = clock.instant();
            return memory.gates.values().stream()
                    .filter(gate -> gate.isClosedAt(now))
                    .map(GateRow::view)
                    .sorted(Comparator.comparing((Closed c) -> c.gate().kind().wire())
                            .thenComparing(c -> c.gate().name()))
                    .toList();
        });
    }
}
