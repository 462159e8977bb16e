package io.orchestrator.worker.program;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The worker process that programs run under: who it is, and what it knows of the processes around it. Make one per
 * worker process and share it between all its agents. Immutable and thread-safe.
 */
public final class ProgramHost {
    private static final String PREFIX = "ORCHESTRATOR_";

    private final ProcessTable processes;
    private final Map<String, String> variables;
    private final Map<String, String> markers;
    private final SessionStarter starter;
    private final Fifos fifos;

    /**
     * @param workerId the worker's id, which {@link Orphans#ofWorker} finds its programs by
     * @param variables further {@code ORCHESTRATOR_*} variables for all programs, such as the address of the server
     * @throws IllegalArgumentException for a variable with another prefix
     */
    public ProgramHost(String workerId, Map<String, String> variables, ProcessTable processes) {
        this(
                processes,
                checked(variables),
                Markers.ofWorker(workerId, processes),
                SessionStarter.find(ChildEnvironment.workerPath()),
                Fifos.ofThisHost(processes));
    }

    private ProgramHost(
            ProcessTable processes,
            Map<String, String> variables,
            Map<String, String> markers,
            SessionStarter starter,
            Fifos fifos) {
        this.processes = processes;
        this.variables = variables;
        this.markers = markers;
        this.starter = starter;
        this.fifos = fifos;
    }

    public static ProgramHost of(String workerId) {
        return new ProgramHost(workerId, Map.of(), ProcessTable.ofThisHost());
    }

    /** The same worker, with these variables for programs and no others. */
    public ProgramHost with(Map<String, String> others) {
        return new ProgramHost(processes, checked(others), markers, starter, fifos);
    }

    ProgramHost with(Fifos others) {
        return new ProgramHost(processes, variables, markers, starter, others);
    }

    private static Map<String, String> checked(Map<String, String> variables) {
        variables.keySet().stream()
                .filter(name -> !name.startsWith(PREFIX))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("a worker's variables start with " + PREFIX + ", found " + name);
                });
        return Map.copyOf(variables);
    }

    ProcessTable processes() {
        return processes;
    }

    SessionStarter starter() {
        return starter;
    }

    Fifos fifos() {
        return fifos;
    }

    Map<String, String> variables() {
        return variables;
    }

    Map<String, String> markers() {
        return new LinkedHashMap<>(markers);
    }
}
