package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * An agent or tool as a phase uses it.
 *
 * @param target the name of the agent or tool
 * @param as the name its output goes by; the target unless the plan says otherwise
 * @param inputs laid over the phase's inputs, an object
 * @param timebox the length of one task at most, over all its attempts, counted from when its step opens
 * @param retry the agent's own policy; empty for the plan's
 * @param fallback who goes on when this one has failed for good
 * @param stuck when an attempt counts as stuck: the agent's own rules, else its phase's
 */
public record AgentRef(
        TaskType type,
        String target,
        String as,
        Json inputs,
        Optional<Shard> shard,
        Optional<Duration> timebox,
        Optional<RetryPolicy> retry,
        Optional<Fallback> fallback,
        StuckRules stuck) {}
