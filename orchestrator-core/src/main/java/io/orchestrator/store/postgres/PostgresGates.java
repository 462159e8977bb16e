package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Gates;
import io.orchestrator.store.Ready;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Gates on Postgres; a run's gate is changed under the lock of the run's row. */
final class PostgresGates implements Gates {
    /** More are found by the dispatcher. */
    private static final int SENT_AT_ONCE = 2_000;

    private final Database database;
    private final Tables tables;
    private final PausedClocks clocks = new PausedClocks();

    PostgresGates(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public boolean close(Gate gate, Closing closing) {
        return switch (gate.kind()) {
            case RUN -> pause(gate, closing);
            case LANE, TARGET -> {
                database.inTransaction(dsl -> tables.gates.close(dsl, gate, closing));
                yield true;
            }
        };
    }

    private boolean pause(Gate gate, Closing closing) {
        if (closing.reopensAfter().isPresent()) {
            throw new IllegalArgumentException("a run's gate does not reopen by itself: " + gate.name());
        }
        return database.transaction(dsl -> {
            Optional<RunsTable.Locked> run = tables.runs.lock(dsl, gate.name());
            if (run.isEmpty() || run.get().state().isFinal()) {
                return false;
            }
            if (tables.gates.close(dsl, gate, closing)) {
                log(dsl, Event.ofRun(gate.name(), EventKind.RUN_PAUSED, Json.object("reason", closing.reason())));
            }
            return true;
        });
    }

    @Override
    public Opened open(Gate gate) {
        return database.transaction(dsl -> switch (gate.kind()) {
            case RUN -> resume(dsl, gate);
            case LANE, TARGET ->
                tables.gates
                        .remove(dsl, gate)
                        .map(removed -> new Opened(removed.wasClosed(), makeDue(dsl, gate)))
                        .orElse(Opened.NOTHING);
        });
    }

    private Opened resume(DSLContext dsl, Gate gate) {
        clocks.lockParts(dsl, gate.name());
        if (tables.runs.lock(dsl, gate.name()).isEmpty()) {
            return Opened.NOTHING;
        }
        Optional<GatesTable.Removed> removed = tables.gates.remove(dsl, gate);
        if (removed.isEmpty()) {
            return Opened.NOTHING;
        }
        clocks.move(dsl, gate.name(), removed.get().closedAt());
        log(dsl, Event.ofRun(gate.name(), EventKind.RUN_RESUMED, Json.EMPTY_OBJECT));
        return new Opened(true, makeDue(dsl, gate).and(new Ready(List.of(), true)));
    }

    private Ready makeDue(DSLContext dsl, Gate gate) {
        return new Ready(tables.gates.makeDue(dsl, gate, SENT_AT_ONCE), false);
    }

    private void log(DSLContext dsl, Event event) {
        EventLog log = tables.newLog();
        log.add(event);
        log.write(dsl);
    }

    @Override
    public List<Closed> closed() {
        return database.read(tables.gates::closed);
    }
}
