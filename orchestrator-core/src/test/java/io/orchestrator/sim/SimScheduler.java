package io.orchestrator.sim;

import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.Recovery;
import java.util.List;

/** The loops of a scheduler process: dispatcher, reaper, reconciler. */
final class SimScheduler {
    private static final int TICKETS = 50;
    private static final int WORKERS = 100;
    private static final int RUNS = 100;

    private final Engine engine;
    private final SimProcess process;
    private final Ports ports;
    private final TaskQueue queue;
    private final Announcer announcer;

    SimScheduler(Engine engine, String name) {
        this.engine = engine;
        this.process = new SimProcess(engine.world(), name);
        this.ports = engine.ports();
        this.queue = engine.queue();
        this.announcer = new Announcer(queue, engine.hints());
        new SimLoop(process, this::dispatch).start();
        new SimLoop(process, this::reap).start();
        new SimLoop(process, this::reconcile).start();
    }

    SimProcess process() {
        return process;
    }

    private long dispatch() {
        if (queue.lostItsMemory()) {
            ports.dispatch().everythingIsDue(Pace.SPREAD);
        }
        List<Ticket> due = ports.dispatch().due(TICKETS, Pace.RESEND);
        if (!due.isEmpty()) {
            queue.send(due);
        }
        return due.size() < TICKETS ? Pace.DISPATCH : 0;
    }

    private long reap() {
        Recovery.Round round = ports.recovery().reap(Pace.LEASE, Pace.MAX_CLAIMS, WORKERS);
        if (!round.lost().isEmpty()) {
            engine.faults().changed();
            process.world()
                    .note("reaped", round.lost() + ", " + round.requeued() + " back, " + round.buried() + " buried");
        }
        announcer.announce(round.ready());
        return Pace.REAP;
    }

    private long reconcile() {
        announcer.announce(ports.recovery().sweep(RUNS));
        return Pace.RECONCILE;
    }
}
