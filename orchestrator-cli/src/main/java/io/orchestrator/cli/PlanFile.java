package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.plan.PlanTargets;
import io.orchestrator.plan.ProgramDefinition;
import io.orchestrator.plan.TaskType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A plan from a file, with the agents file that belongs to it; read and checked as far as one can without running it.
 *
 * @param shown the file's path as its user wrote it
 * @param source the plan's document
 */
record PlanFile(String shown, Plan plan, Json source, AgentsFile agents) {
    private static final String AGENTS_BESIDE = "agents.json";
    private static final String ELSEWHERE = "Where workers elsewhere know them, say so with --agents-elsewhere.";

    /**
     * Reads a plan and its agents file: the given one, or {@code agents.json} beside the plan where there is one.
     *
     * @throws Refusal with everything that is wrong with the plan
     * @throws io.orchestrator.plan.InvalidAgentsFileException with everything that is wrong with the agents file
     */
    static PlanFile read(Path file, String shown, Optional<Path> agentsFile) {
        String text = UserFile.text(file, "the plan " + shown);
        Plan plan;
        try {
            plan = PlanReader.read(text);
        } catch (InvalidPlanException e) {
            throw refusal(shown, e.faults());
        }
        // Read above, so it parses; editors' byte order marks are not part of the document.
        Json source = Json.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
        return new PlanFile(shown, plan, source, agents(file, agentsFile));
    }

    /** Refuses a plan that names agents nobody provides, or whose programs are not on this machine. */
    void requireAgents(AgentRegistry java) {
        Set<String> agentNames = new HashSet<>(java.names());
        agentNames.addAll(agents.agents().keySet());
        Set<String> toolNames = new HashSet<>(java.toolNames());
        toolNames.addAll(agents.tools().keySet());
        List<PlanFault> unknown = PlanTargets.unknown(plan, agentNames, toolNames);
        if (!unknown.isEmpty()) {
            throw new Refusal(refusal(shown, unknown).getMessage() + "\n  " + ELSEWHERE);
        }
        List<String> problems = usedPrograms()
                .map(Programs::spec)
                .flatMap(spec -> spec.problem().stream())
                .toList();
        if (!problems.isEmpty()) {
            List<String> lines = prepend("these programs cannot be started here:", problems);
            throw new Refusal(String.join("\n  ", lines) + "\n  " + ELSEWHERE);
        }
    }

    private Stream<ProgramDefinition> usedPrograms() {
        return plan.phases().stream()
                .flatMap(phase -> phase.agents().stream())
                .distinct()
                .flatMap(ref -> Optional.ofNullable(
                        (ref.type() == TaskType.AGENT ? agents.agents() : agents.tools()).get(ref.target()))
                        .stream())
                .distinct();
    }

    private static AgentsFile agents(Path plan, Optional<Path> given) {
        if (given.isPresent()) {
            return AgentsFile.read(given.get());
        }
        Path beside = plan.resolveSibling(AGENTS_BESIDE);
        return Files.exists(beside) ? AgentsFile.read(beside) : AgentsFile.EMPTY;
    }

    private static Refusal refusal(String file, List<PlanFault> faults) {
        List<String> lines =
                faults.stream().map(fault -> file + ": " + fault.sentence()).toList();
        return new Refusal(String.join("\n  ", prepend("the plan is not valid:", lines)));
    }

    private static List<String> prepend(String head, List<String> lines) {
        List<String> all = new ArrayList<>();
        all.add(head);
        all.addAll(lines);
        return all;
    }
}
