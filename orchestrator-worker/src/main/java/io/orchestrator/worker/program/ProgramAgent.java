package io.orchestrator.worker.program;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.json.Json;

/**
 * An agent that is a program, spoken to as the package describes. Thread-safe; each call starts one process.
 *
 * <p>{@link #execute} blocks its thread, which may be virtual, until the program and everything it started are gone:
 *
 * <ul>
 *   <li>it returns the program's result, or its text when it exits 0 without one;
 *   <li>it throws {@link AgentFailure} for a program that cannot be started, fails, or sends a line over 8 MiB;
 *   <li>it throws {@link ReturnedEarly} when the worker's shutdown ended the program before it had a result;
 *   <li>when its thread is interrupted, or the context is cancelled, the tree gets SIGTERM, then SIGKILL after the
 *       spec's grace, and then {@link InterruptedException} or {@link io.orchestrator.agent.AttemptRevoked} is thrown;
 *   <li>what a call of the context throws ends the tree at once and is passed on.
 * </ul>
 */
public final class ProgramAgent implements Agent {
    private final ProgramSpec spec;
    private final ProgramHost host;

    public ProgramAgent(ProgramSpec spec, ProgramHost host) {
        this.spec = spec;
        this.host = host;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public Json execute(AgentContext context) throws InterruptedException {
        return ProgramRun.start(spec, host, context).toEnd();
    }
}
