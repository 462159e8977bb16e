package io.orchestrator.cli;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.plan.ProgramDefinition;
import io.orchestrator.plan.TaskType;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.Unreadable;
import io.orchestrator.worker.AgentSource;
import io.orchestrator.worker.program.ProcessTable;
import io.orchestrator.worker.program.ProgramAgent;
import io.orchestrator.worker.program.ProgramHost;
import io.orchestrator.worker.program.ProgramSpec;
import io.orchestrator.worker.program.SystemText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Agents and tools that are programs. Thread-safe.
 *
 * <p>A run keeps, beside its programs, the directory that its user called from: programs find it in
 * {@value #CALLER_DIRECTORY}, wherever and by whomever the run is taken up again.
 */
final class Programs {
    /** The variable that programs resolve paths of the user against. */
    static final String CALLER_DIRECTORY = "ORCHESTRATOR_CALLER_DIR";

    private static final String CALLER_FIELD = "callerDirectory";
    private static final int MOST_REMEMBERED = 64;

    private final ProgramHost host;
    private final Map<String, AgentsFile> submitted = new Recent<>();

    /** Programs of a worker, which {@code workerName} names in their environment. */
    Programs(String workerName, ProcessTable processes) {
        this.host = new ProgramHost(workerName, Map.of(), processes);
    }

    ProgramHost onHost() {
        return host;
    }

    /** What a run stores: its programs and where its user called from. */
    static Json toStore(AgentsFile programs, Path callerDirectory) {
        return programs.toJson().with(CALLER_FIELD, callerDirectory.toString());
    }

    static ProgramSpec spec(ProgramDefinition program) {
        return new ProgramSpec(
                program.name(),
                program.command(),
                program.directory(),
                program.env(),
                program.passEnv(),
                program.control(),
                program.grace(),
                program.whenCutOff());
    }

    /** The programs of one agents file, for all runs. */
    AgentSource of(AgentsFile file) {
        return (task, context) -> find(task, context, file);
    }

    /** The programs that each run brought along. Only for where whoever may submit a run may also run programs. */
    AgentSource submitted() {
        return (task, context) -> {
            try {
                return find(task, context, programsOf(context));
            } catch (InvalidPathException e) {
                return Optional.of(new OutOfReach(task.target(), e));
            }
        };
    }

    /** A program in a directory that this process cannot name. */
    private record OutOfReach(String name, InvalidPathException why) implements Agent {
        @Override
        public Json execute(AgentContext context) {
            throw AgentFailure.permanent("agent '" + name + "' is in a directory that this worker cannot name, '"
                    + why.getInput() + "': " + SystemText.ofThisProcess().reason());
        }
    }

    private Optional<Agent> find(ClaimedTask task, PhaseContext context, AgentsFile file) {
        Map<String, ProgramDefinition> programs = task.type() == TaskType.AGENT ? file.agents() : file.tools();
        return Optional.ofNullable(programs.get(task.target()))
                .map(program -> new ProgramAgent(spec(program), host(context)));
    }

    private AgentsFile programsOf(PhaseContext context) {
        return remembered(submitted, context.runId(), id -> stored(id, context.agents()));
    }

    /** What {@link #toStore} has written, whatever became of it: no attempt of an agent can mend it. */
    static AgentsFile stored(String runId, Json agents) {
        try {
            return AgentsFile.fromJson(agents);
        } catch (InvalidPathException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Unreadable("the agents file that run " + runId + " brought along", e);
        }
    }

    private ProgramHost host(PhaseContext context) {
        String directory = context.agents().text(CALLER_FIELD).orElse("");
        return directory.isEmpty() ? host : host.with(Map.of(CALLER_DIRECTORY, directory));
    }

    private static <T> T remembered(Map<String, T> recent, String key, Function<String, T> make) {
        synchronized (recent) {
            T known = recent.get(key);
            if (known == null) {
                known = make.apply(key);
                recent.put(key, known);
            }
            return known;
        }
    }

    /** The least recently used is forgotten. */
    private static final class Recent<T> extends LinkedHashMap<String, T> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }
}
