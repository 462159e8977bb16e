package io.orchestrator.worker.program;

import java.nio.file.Path;
import java.util.Optional;

/** Chooses how this host keeps the processes of programs together: the best that works here. */
final class Keepers {
    private static final String NO_GROUPS = "no control group can be made here";

    private Keepers() {}

    /** Tries what there is, by running it; to be kept by the one who asks. */
    static Keeper find(ProcessTable table, Fifos fifos) {
        Optional<Path> starter = StarterProgram.ofThisHost().find();
        // The starter does what these do.
        SessionStarter sessions =
                starter.isPresent() ? SessionStarter.none() : SessionStarter.find(ChildEnvironment.workerPath());
        Wire wire = new Wire(fifos);
        Optional<Keeper> groups =
                CgroupKeeper.find(table, starter, sessions, wire).map(Keeper.class::cast);
        return groups.or(() -> starter.map(program -> new StarterKeeper(program, wire, NO_GROUPS)))
                .orElseGet(() ->
                        new MarkKeeper(sessions, NO_GROUPS + ", and there is no C compiler to build the starter with"));
    }
}
