package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.worker.AgentSource;
import io.orchestrator.worker.program.ProcessTable;
import io.orchestrator.worker.program.ProgramHost;
import java.util.Optional;

/**
 * Who does the tasks in this process: the agents and tools in Java of the class path first, then the programs of the worker's own agents
 * file, then those that runs brought along. A run's programs are commands of whoever submitted it, so a worker for others
 * runs them only where its operator says so.
 */
final class Crew {
    private final AgentRegistry java;
    private final ProcessTable processes;
    private final Programs programs;

    Crew(AgentRegistry java, Stack stack) {
        this.java = java;
        this.processes = ProcessTable.ofThisHost();
        this.programs = new Programs(stack.ids().worker(), processes);
    }

    ProcessTable processes() {
        return processes;
    }

    ProgramHost programs() {
        return programs.onHost();
    }

    /** For servers that belong to whoever called: every run's own programs. */
    AgentSource trusting() {
        return javaAgents().or(programs.submitted());
    }

    /** For one run alone, with programs that its submitter has at hand. */
    AgentSource only(String runId, AgentsFile file) {
        AgentSource own = programs.of(file);
        return javaAgents()
                .or((task, context) -> task.runId().equals(runId) ? own.find(task, context) : Optional.empty());
    }

    /** For a worker of its own. */
    AgentSource worker(AgentsFile file, boolean allowSubmitted) {
        AgentSource known = javaAgents().or(programs.of(file));
        return allowSubmitted ? known.or(programs.submitted()) : known;
    }

    private AgentSource javaAgents() {
        return AgentSource.of(java);
    }
}
