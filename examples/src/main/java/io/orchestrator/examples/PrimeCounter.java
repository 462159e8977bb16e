package io.orchestrator.examples;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;

/** Counts the primes below {@code input.below}, and goes on where an earlier attempt stopped. */
public final class PrimeCounter implements Agent {
    @Override
    public Json execute(AgentContext context) {
        long below = context.input().get("below").map(Json::asLong).orElse(10_000L);
        Json from = context.resume().map(c -> c.data()).orElse(Json.object("next", 2, "count", 0));
        long count = from.get("count").orElseThrow().asLong();
        for (long n = from.get("next").orElseThrow().asLong(); n < below; n++) {
            count += isPrime(n) ? 1 : 0;
            if (n % 1_000 == 0) {
                context.checkpoint("below-" + n, Json.object("next", n + 1, "count", count));
                context.heartbeat((double) n / below, n + " looked at");
            }
        }
        return Json.object("primes", count);
    }

    private static boolean isPrime(long n) {
        for (long d = 2; d * d <= n; d++) {
            if (n % d == 0) {
                return false;
            }
        }
        return n > 1;
    }
}
