package io.orchestrator.services;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes its worker's process down after a while, as running out of memory in native code does. */
public final class DeadlyAgent implements Agent {
    @Override
    public Json execute(AgentContext context) throws InterruptedException {
        if (new CountDownLatch(1).await(2, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody counts this latch down");
        }
        Runtime.getRuntime().halt(137);
        throw new IllegalStateException("the process is gone");
    }
}
