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
    private final Keeper keeper;
    private final Fifos fifos;

    /**
     * @param workerId the worker's id, which {@link Orphans#ofWorker} finds its programs by
     * @param variables further {@code ORCHESTRATOR_*} variables for all programs, such as the address of the server
     * @throws IllegalArgumentException for a variable with another prefix
     */
    public ProgramHost(String workerId, Map<String, String> variables, ProcessTable processes) {
        this(workerId, variables, processes, Fifos.ofThisHost(processes));
    }

    private ProgramHost(String workerId, Map<String, String> variables, ProcessTable processes, Fifos fifos) {
        this(
                processes,
                checked(variables),
                Markers.ofWorker(workerId, processes),
                new LazyKeeper(() -> Keepers.find(processes, fifos)),
                fifos);
    }

    private ProgramHost(
            ProcessTable processes,
            Map<String, String> variables,
            Map<String, String> markers,
            Keeper keeper,
            Fifos fifos) {
        this.processes = processes;
        this.variables = variables;
        this.markers = markers;
        this.keeper = keeper;
        this.fifos = fifos;
    }

    public static ProgramHost of(String workerId) {
        return new ProgramHost(workerId, Map.of(), ProcessTable.ofThisHost());
    }

    /** The same worker, with these variables for programs and no others. */
    public ProgramHost with(Map<String, String> others) {
        return new ProgramHost(processes, checked(others), markers, keeper, fifos);
    }

    ProgramHost with(Keeper other) {
        return new ProgramHost(processes, variables, markers, other, fifos);
    }

    ProgramHost with(Fifos others) {
        return new ProgramHost(processes, variables, markers, keeper, others);
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

    /** What holds on this host for the processes that programs start. The first call tries it out. */
    public Keeping keeping() {
        return keeper.keeping();
    }

    /**
     * Up to this instant of the monotonic clock (ns) programs may work without further word; then they are ended, where
     * {@link Keeping#guarded()}. Without a first word there is no end to it.
     */
    public void trustedUntil(long nanos) {
        keeper.trustedUntil(nanos);
    }

    ProcessTable processes() {
        return processes;
    }

    Keeper keeper() {
        return keeper;
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
