package io.orchestrator.worker.program;

import java.nio.file.Path;
import java.util.Optional;

/** Chooses how this host keeps the processes of programs together: the best that works here. */
final class Keepers {
    private static final String NO_GROUPS = "no control group can be made here";
    private static final String NO_STARTER = NO_GROUPS + ", and there is no C compiler to build the starter with";
    private static final String NO_PIPES = NO_GROUPS + ", and there are no named pipes for starters to report by";

    private Keepers() {}

    /** Tries what there is, by running it; to be kept by the one who asks. */
    static Keeper find(ProcessTable table, Fifos fifos) {
        Wire wire = new Wire(fifos);
        Optional<Path> built = StarterProgram.ofThisHost().find();
        Optional<Path> starter = built.filter(program -> wire.isPossible());
        // A starter does what these do.
        SessionStarter sessions =
                starter.isPresent() ? SessionStarter.none() : SessionStarter.find(ChildEnvironment.workerPath());
        Optional<Keeper> groups =
                CgroupKeeper.find(table, starter, sessions, wire).map(Keeper.class::cast);
        return groups.or(() -> starter.map(program -> new StarterKeeper(program, wire, NO_GROUPS)))
                .orElseGet(() -> new MarkKeeper(sessions, built.isPresent() ? NO_PIPES : NO_STARTER));
    }
}
