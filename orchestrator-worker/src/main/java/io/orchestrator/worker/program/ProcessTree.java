package io.orchestrator.worker.program;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started program and everything it starts, which can be ended as a whole. Thread-safe.
 *
 * <p>Members are what its keep holds, the processes of the program's session, the descendants of members, and, on Linux,
 * whatever carries the launch's attempt id in its environment. Nothing that started before the program is ever a member, and a process
 * is signalled only while it is the one that was found.
 */
public final class ProcessTree {
    private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
    private static final int CALM_ROUNDS = 3;
    private static final Duration BRIEF = Duration.ofSeconds(1);
    private static final Duration REAP_LOOK = Duration.ofMillis(1);
    private static final Duration FIRST_LOOK = Duration.ofMillis(5);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

    private final ProcessTable table;
    private final TreeLook.Identity identity;
    private final Process leader;
    private final long workersSession;
    private final Countdown briefly = Countdown.of(BRIEF);
    /** The freezer's. */
    private Stillness stillness = new Stillness();

    private volatile boolean ending;
    private volatile boolean verifiedGone;

    private ProcessTree(ProcessTable table, TreeLook.Identity identity) {
        this.table = table;
        this.identity = identity;
        this.leader = identity.leader();
        this.workersSession = table.self().session();
        if (identity.ownSession()) {
            table.claimSession(leader.pid());
        }
    }

    /**
     * Starts a program as the leader of a session of its own where {@code setsid} or {@code perl} is in the PATH of
     * this JVM. Its streams are pipes of {@link #leader()}.
     *
     * @throws IOException when the operating system refuses to start it
     */
    public static ProcessTree start(ProcessTable table, Launch launch) throws IOException {
        return start(table, launch, SessionStarter.find(ChildEnvironment.workerPath()));
    }

    static ProcessTree start(ProcessTable table, Launch launch, SessionStarter starter) throws IOException {
        return start(table, launch, new MarkKeeper(starter, ""));
    }

    static ProcessTree start(ProcessTable table, Launch launch, Keeper keeper) throws IOException {
        return start(table, launch, keeper, new OutputPipes.OfJava());
    }

    /** The same with its output going elsewhere; the pipes are the caller's, also when this throws. */
    static ProcessTree start(ProcessTable table, Launch launch, Keeper keeper, OutputPipes pipes) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .directory(launch.directory().toFile());
        // What is taken over as it is keeps its bytes, also where they are no text that Java could read and write
        // again.
        builder.environment()
                .entrySet()
                .removeIf(own -> !own.getValue().equals(launch.environment().get(own.getKey())));
        launch.environment().forEach(builder.environment()::putIfAbsent);
        builder.environment().put(Markers.ATTEMPT_ID, launch.attemptId());
        pipes.redirect(builder);
        long startBound = table.startBound();
        Keeper.Started started = keeper.start(builder);
        return new ProcessTree(
                table,
                new TreeLook.Identity(
                        started.leader(), launch.attemptId(), started.ownSession(), startBound, started.keep()));
    }

    /**
     * The program itself, for its streams and its exit. To end it use this tree: {@link Process#destroy()} would close
     * the streams, and with them what the program still has to say.
     */
    public Process leader() {
        return leader;
    }

    /** Sends SIGTERM to the program alone, so that it can end its children in its own way. */
    public void terminateLeader() {
        // Alive after the handle was made, it is the one that the handle is of.
        ProcessHandle.of(leader.pid()).filter(handle -> leader.isAlive()).ifPresent(ProcessHandle::destroy);
    }

    /** Whether it was ended because its worker's lease was not renewed in time, and by what keeps it. */
    boolean wasCutOff() {
        return identity.keep().wasCutOff();
    }

    /** Whether it is known of every process whose it is and whether it stands still. */
    public boolean canStandStill() {
        return table.tellsAll();
    }

    /**
     * Has all members stand still (SIGSTOP), those too that are started meanwhile; returns at once. Asked again of a tree
     * that stands still, it looks for what goes on all the same.
     *
     * @param couldNot called, on another thread, when some went on for seconds
     */
    public void freeze(Runnable couldNot) {
        table.freezer().freeze(this, couldNot);
    }

    /** Lets members go on that were stopped by {@link #freeze}, and not those that the program itself had stopped. */
    public void thaw() {
        table.freezer().thaw(this);
    }

    /** For the freezer's thread alone. */
    Stillness stillness() {
        return stillness;
    }

    /** For the freezer's thread alone: it stands still no more. */
    void goesOn() {
        stillness = new Stillness();
    }

    /** It is about to end, and is neither stopped nor continued for another reason any more. */
    boolean isEnding() {
        return ending;
    }

    /** What to signal so that this process is hit: its group, where that is a part of the tree, to which no fork is lost. */
    String target(ProcessEntry process) {
        return process.group() > 1 && isInGroupOfTree(process) ? Signals.group(process) : Signals.process(process);
    }

    /** The pids of all members that run now. */
    public List<Long> members() {
        return look().members().stream().map(ProcessEntry::pid).toList();
    }

    /**
     * Ends the tree: SIGTERM to all, SIGKILL to those that are left after {@code grace}, at once when it is zero. Takes
     * at most the grace and five seconds; an interrupt does not cut it short and is kept. When nothing is left this is
     * one look at the process table.
     *
     * @return whether nothing of the tree is left, as surely as it is kept ({@link Keeping#isVerified}); false is logged with the pids
     */
    public boolean terminate(Duration grace) {
        if (verifiedGone) {
            return true;
        }
        ending = true;
        Look first = firstLook();
        if (!first.foundNothing() || !identity.keep().isEmpty()) {
            if (!first.members().isEmpty() && grace.compareTo(Duration.ZERO) > 0) {
                first.members().forEach(process -> table.signal(process, false));
                awaitEnd(grace);
            }
            killWhatStandsStill(first);
            identity.keep().kill();
            if (!new KillLoop(table, this::lookToKill, this::isInGroupOfTree).run(KILL_PATIENCE)) {
                return false;
            }
        }
        awaitReaped();
        identity.keep().release();
        // From here on the session's number may be given to strangers: never look for it again.
        verifiedGone = true;
        table.releaseSession(leader.pid());
        return true;
    }

    /** The process table shows the leader as ended a moment before Java has taken note of it. */
    private void awaitReaped() {
        Countdown countdown = Countdown.of(KILL_PATIENCE);
        try (SteadyWait wait = new SteadyWait()) {
            while (leader.isAlive() && !countdown.isOver()) {
                wait.pause(REAP_LOOK);
            }
        }
    }

    private void awaitEnd(Duration grace) {
        Countdown countdown = Countdown.of(grace);
        Duration pause = FIRST_LOOK;
        try (SteadyWait wait = new SteadyWait()) {
            for (Look look = look(); !countdown.isOver() && !look.members().isEmpty(); look = look()) {
                letGoOn(look);
                wait.pause(Duration.ofNanos(Math.clamp(countdown.remainingNanos(), 0, pause.toNanos())));
                pause = pause.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? pause.multipliedBy(2) : LONGEST_LOOK;
            }
        }
    }

    /** What is stopped takes a signal to end only when it goes on. */
    private static void letGoOn(Look look) {
        List<String> stopped = Stillness.stopped(look).map(Signals::process).toList();
        if (!stopped.isEmpty()) {
            try {
                Signals.CONT.start(stopped);
            } catch (IOException e) {
                log.warn("programs that are to end cannot be continued and will be killed: {}", e.getMessage());
            }
        }
    }

    /**
     * Children first: when a parent ends, the kernel continues the stopped groups that it leaves behind, and for a moment
     * they would work on.
     */
    private void killWhatStandsStill(Look first) {
        Stillness.stopped(first).forEach(process -> table.signal(process, true));
    }

    /** What a program that ran for a moment has left behind is among the processes of that moment. */
    private Look firstLook() {
        boolean brief = !briefly.isOver() && !leader.isAlive();
        return brief ? lookAmong(table.startedAfter(leader.pid())) : look();
    }

    private Look look() {
        return lookAmong(table.snapshot());
    }

    private Look lookAmong(Collection<ProcessEntry> processes) {
        return lookAmong(processes, table::environment);
    }

    Look lookAmong(Collection<ProcessEntry> processes, Function<ProcessEntry, Environment> environments) {
        return verifiedGone
                ? new Look(List.of(), true)
                : new TreeLook(table, identity, environments, process -> {}).at(processes);
    }

    /**
     * First a look that leaves all alive, because a child that carries no mark is only known by its living parent. What
     * is still there after a few rounds forks all the time, and has to be hit in the moment it is seen.
     */
    private Look lookToKill(int round) {
        if (round < CALM_ROUNDS) {
            return look();
        }
        TreeLook look = new TreeLook(table, identity, process -> table.signal(process, true));
        table.watch(look);
        return look.result();
    }

    /** Members have left the worker's session with the leader; whatever group they are in now was made in the tree. */
    private boolean isInGroupOfTree(ProcessEntry process) {
        return identity.ownSession() && process.session() != workersSession;
    }
}
