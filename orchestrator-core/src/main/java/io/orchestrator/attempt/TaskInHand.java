package io.orchestrator.attempt;

import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.agent.Usage;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.IdempotenceKey;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.plan.StuckRules;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.PhaseContext;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A claimed task with what it shares with others of its phase, as its attempt sees both. */
public record TaskInHand(ClaimedTask claimed, PhaseContext phase) {
    /** What an agent may know of it. */
    public TaskInfo info() {
        return new TaskInfo(
                claimed.hold().taskId(),
                claimed.runId(),
                phase.phase(),
                claimed.type().wire(),
                claimed.target(),
                claimed.attempt(),
                claimed.hold().epoch(),
                claimed.deadline());
    }

    /** The run's and the phase's input under the task's own; a fallback is told what it takes over. */
    public Json input() {
        Json input = phase.input().overlaidBy(claimed.input());
        return claimed.fellBack()
                .map(left -> input.with("fellBack", Json.object("from", left.from(), "error", left.error())))
                .orElse(input);
    }

    /** The name under which a step is kept: what the first target has done is not its fallback's. */
    public String step(String name) {
        IdempotenceKey.required("the name of a step", name);
        return claimed.fellBack().isPresent() ? claimed.target() + "/" + name : name;
    }

    /** The same over all attempts, for others to recognise an effect by. */
    public String stepKey(String name) {
        return claimed.runId() + "/" + claimed.hold().taskId() + "/" + step(name);
    }

    /** The policy of the task's agent, or else of its plan. */
    public RetryPolicy retry() {
        return planned().flatMap(AgentRef::retry).orElse(phase.plan().retry());
    }

    /** What the plan says about this task when it is stuck. */
    public StuckRules stuckRules() {
        return planned().map(AgentRef::stuck).orElse(StuckRules.OFF);
    }

    /** What the plan says of the agent that does this task; a child's is not in the plan. */
    private Optional<AgentRef> planned() {
        return phase.plan().phase(phase.phase()).agents().stream()
                .filter(agent -> agent.as().equals(claimed.name()))
                .findFirst();
    }

    /**
     * What a body throws to wait for its children. One that waits although all of them had ended when it began has not
     * looked at them, and would wait again in each of its attempts, for ever.
     *
     * @param submitted whether this attempt has submitted a new one
     */
    public AwaitingChildren awaitChildren(boolean submitted) {
        if (claimed.openChildren() == 0 && !submitted) {
            throw new IllegalStateException("there is nothing to wait for: " + claimed.children()
                    + " children had ended when this attempt began,"
                    + " and it has submitted no new one; read children().results() and go on");
        }
        return new AwaitingChildren(claimed.hold().taskId());
    }

    /** What is left of time and of the task's share when it is to come to an end by then. */
    public WrapUp wrapUp(Instant by, Instant now, Usage used) {
        OptionalLong tokens = claimed.budget().get("tokens").stream()
                .mapToLong(share -> Math.max(0, share.asLong() - used.tokens()))
                .findFirst();
        Optional<BigDecimal> usd = claimed.budget()
                .get("usd")
                .map(share -> share.asDecimal().subtract(used.costUsd()).max(BigDecimal.ZERO));
        return new WrapUp(by, Duration.between(now, by), tokens, usd);
    }
}
