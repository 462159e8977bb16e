package io.orchestrator.services;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Works for {@code input.steps} tenths of a second, and saves a checkpoint after each. */
public final class CarefulAgent implements Agent {
    @Override
    public Json execute(AgentContext context) throws InterruptedException {
        long steps = context.input().get("steps").orElseThrow().asLong();
        long done = context.resume().map(c -> c.data().asLong()).orElse(0L);
        CountDownLatch never = new CountDownLatch(1);
        while (done < steps) {
            if (never.await(100, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody counts this latch down");
            }
            done++;
            context.checkpoint("step-" + done, Json.of(done));
        }
        return Json.of(done);
    }
}
