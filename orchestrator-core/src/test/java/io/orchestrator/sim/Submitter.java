package io.orchestrator.sim;

import io.orchestrator.service.Announcer;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;

/** Submits one run, again and again under the same key until it has an answer; perhaps cancels it, in the same way. */
final class Submitter {
    private final Engine engine;
    private final World world;
    private final RunRequest request;
    private final SimProcess process;
    private final SimLoop submitting;
    private boolean done;

    Submitter(Engine engine, String name) {
        this.engine = engine;
        this.world = engine.world();
        this.process = new SimProcess(world, name);
        this.request = RandomPlan.request(world, name);
        this.submitting = new SimLoop(process, this::submit);
    }

    void start() {
        submitting.start();
    }

    boolean isDone() {
        return done;
    }

    private long submit() {
        Submission submission = engine.ports().runs().submit(request);
        done = true;
        engine.watch().follow(submission.runId());
        submitting.stop();
        if (world.chance(0.15)) {
            process.after(world.between(0, 20 * Pace.HOUR), () -> cancelLater(submission.runId()));
        }
        new Announcer(engine.queue(), engine.hints()).announce(submission.ready());
        return Pace.HOUR;
    }

    private void cancelLater(String runId) {
        SimLoop[] cancelling = new SimLoop[1];
        cancelling[0] = new SimLoop(process, () -> {
            if (engine.ports().runs().cancel(runId, "a person said so")) {
                engine.ledger().cancelled(runId);
            }
            cancelling[0].stop();
            return Pace.HOUR;
        });
        cancelling[0].start();
    }
}
