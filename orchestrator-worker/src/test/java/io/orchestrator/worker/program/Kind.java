package io.orchestrator.worker.program;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/** Every way in which processes of programs are kept together, each to be asked for by name. */
enum Kind {
    CGROUP,
    CGROUP_WITHOUT_STARTER,
    STARTER,
    MARKS;

    boolean isGuarded() {
        return this != MARKS;
    }

    /** Skips the test where this host has no such thing. */
    Keeper keeper(ProcessTable table) {
        Optional<Keeper> keeper = find(table);
        assumeTrue(keeper.isPresent(), this + " is not possible on this host");
        return keeper.orElseThrow();
    }

    private Optional<Keeper> find(ProcessTable table) {
        SessionStarter sessions = SessionStarter.find(ChildEnvironment.workerPath());
        var starter = StarterProgram.ofThisHost().find();
        Wire wire = new Wire(Fifos.ofThisHost(table));
        return switch (this) {
            case CGROUP -> starter.flatMap(program -> CgroupKeeper.find(table, Optional.of(program), sessions, wire));
            case CGROUP_WITHOUT_STARTER ->
                CgroupKeeper.find(table, Optional.empty(), sessions, wire).map(Keeper.class::cast);
            case STARTER -> starter.map(program -> new StarterKeeper(program, wire, "for a test"));
            case MARKS -> Optional.of(new MarkKeeper(sessions, "for a test"));
        };
    }
}
