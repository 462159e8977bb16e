package io.orchestrator.services;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Works for {@code input.steps} hundredths of a second, and hands over with a checkpoint when asked to. */
public final class PoliteAgent implements Agent {
    @Override
    public Json execute(AgentContext context) throws InterruptedException {
        long steps = context.input().get("steps").orElseThrow().asLong();
        long done = context.resume().map(c -> c.data().asLong()).orElse(0L);
        CountDownLatch never = new CountDownLatch(1);
        while (done < steps) {
            if (context.shutdownRequested()) {
                context.checkpoint("step-" + done, Json.of(done));
                throw new ReturnedEarly("after " + done + " steps");
            }
            if (never.await(10, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody counts this latch down");
            }
            done++;
        }
        return Json.of(context.task().attempt());
    }
}
