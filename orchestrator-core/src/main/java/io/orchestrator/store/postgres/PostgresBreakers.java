package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.BreakerRule;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.BreakerDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Gates.Kind;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Breakers on Postgres. The breaker's row is locked first, then its gate, then tasks, then the run. */
final class PostgresBreakers implements Breakers {
    private static final int SENT_AT_ONCE = 2_000;

    private final Database database;
    private final Tables tables;

    PostgresBreakers(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public boolean trip(Target target, BreakerRule rule, String reason) {
        String name = target.gateName();
        String why = Jsonb.clean(reason);
        return database.transaction(dsl -> {
            if (tables.breakers.isHeld(dsl, name)) {
                return false;
            }
            int trips = 1;
            if (!tables.breakers.insert(dsl, name, rule, why)) {
                Optional<BreakersTable.Open> before = tables.breakers.lock(dsl, name);
                if (before.isEmpty() || tables.breakers.isHeld(dsl, name)) {
                    return false;
                }
                // Its gate opened without it: by a person, or because nobody let probes through.
                trips = before.get().trips() + 1;
                tables.breakers.reopen(dsl, name, trips, BreakerDecisions.hold(rule.pause(), trips), why);
            }
            hold(dsl, name, BreakerDecisions.hold(rule.pause(), trips), why);
            // None is marked, unless a scheduler from before V15 has taken back what a probe's worker held.
            tables.breakers.endProbing(dsl, name);
            tell(dsl, target, EventKind.TARGET_HELD, Json.object("target", name, "reason", why));
            return true;
        });
    }

    private void hold(DSLContext dsl, String name, Duration pause, String reason) {
        tables.gates.close(
                dsl,
                new Gate(Kind.TARGET, name),
                Closing.because(reason).reopeningAfter(pause.plus(BreakerDecisions.SAFETY)));
    }

    @Override
    public Ready settle(Target target, boolean worked) {
        String name = target.gateName();
        return database.transaction(dsl -> {
            Optional<BreakersTable.Open> waiting = tables.breakers.lockHalfOpen(dsl, name);
            if (waiting.isEmpty()) {
                return Ready.NOTHING;
            }
            boolean isOurs = tables.breakers.isHeldForATime(dsl, name);
            tables.breakers.endProbing(dsl, name);
            return worked ? close(dsl, target, isOurs) : reopen(dsl, target, waiting.get(), isOurs);
        });
    }

    private Ready close(DSLContext dsl, Target target, boolean isOurs) {
        Gate gate = new Gate(Kind.TARGET, target.gateName());
        tables.breakers.delete(dsl, gate.name());
        if (!isOurs) {
            return Ready.NOTHING;
        }
        tables.gates.remove(dsl, gate);
        List<Ticket> tickets = tables.gates.makeDue(dsl, gate, SENT_AT_ONCE);
        tell(dsl, target, EventKind.TARGET_RELEASED, Json.object("target", gate.name()));
        return new Ready(tickets, false);
    }

    private Ready reopen(DSLContext dsl, Target target, BreakersTable.Open before, boolean isOurs) {
        int trips = before.trips() + 1;
        Duration hold = BreakerDecisions.hold(before.pause(), trips);
        tables.breakers.reopen(dsl, before.target(), trips, hold, before.reason());
        if (isOurs) {
            hold(dsl, before.target(), hold, before.reason());
            tell(
                    dsl,
                    target,
                    EventKind.TARGET_HELD,
                    Json.object("target", before.target(), "reason", "a probe failed; " + before.reason()));
        }
        return Ready.NOTHING;
    }

    private void tell(DSLContext dsl, Target target, EventKind kind, Json data) {
        EventLog log = tables.newLog();
        log.add(Event.ofRun(target.runId(), kind, data));
        log.write(dsl);
    }

    /** Lets probes through where the wait is over; a target that has nothing queued goes on waiting for something. */
    List<Ticket> probe(DSLContext dsl) {
        List<Ticket> tickets = new ArrayList<>();
        for (BreakersTable.Open breaker : tables.breakers.due(dsl)) {
            if (tables.breakers.isHeldForATime(dsl, breaker.target())) {
                Duration further = BreakerDecisions.hold(breaker.pause(), breaker.trips());
                List<Ticket> probes = tables.breakers.probe(dsl, breaker.target(), breaker.probes());
                if (!probes.isEmpty()) {
                    tables.breakers.halfOpen(dsl, breaker.target(), further);
                }
                hold(dsl, breaker.target(), further, breaker.reason());
                tickets.addAll(probes);
            }
        }
        return tickets;
    }
}
