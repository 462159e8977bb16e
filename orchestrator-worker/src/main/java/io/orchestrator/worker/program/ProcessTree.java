package io.orchestrator.worker.program;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A started program and everything it starts, which can be ended as a whole. Thread-safe.
 *
 * <p>Members are the processes of the program's session, the descendants of members, and, on Linux, whatever carries
 * the launch's attempt id in its environment. Nothing that started before the program is ever a member, and a process
 * is signalled only while it is the one that was found.
 */
public final class ProcessTree {
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
    private static final Duration REAP_LOOK = Duration.ofMillis(1);
    private static final Duration FIRST_LOOK = Duration.ofMillis(5);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

    private final ProcessTable table;
    private final Process leader;
    private final String attemptId;
    private final boolean ownSession;
    private final long startBound;
    private volatile boolean verifiedGone;

    private ProcessTree(ProcessTable table, Process leader, String attemptId, boolean ownSession, long startBound) {
        this.table = table;
        this.leader = leader;
        this.attemptId = attemptId;
        this.ownSession = ownSession;
        this.startBound = startBound;
        if (ownSession) {
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
        ProcessBuilder builder = new ProcessBuilder(starter.command(launch.command()))
                .directory(launch.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        builder.environment().put(Markers.ATTEMPT_ID, launch.attemptId());
        long startBound = table.startBound();
        Process leader = builder.start();
        return new ProcessTree(table, leader, launch.attemptId(), starter.startsSessions(), startBound);
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
        leader.toHandle().destroy();
    }

    /** The pids of all members that run now. */
    public List<Long> members() {
        return find().stream().map(ProcessEntry::pid).toList();
    }

    /**
     * Ends the tree: SIGTERM to all, SIGKILL to those that are left after {@code grace}, at once when it is zero. Takes
     * at most the grace and five seconds; an interrupt does not cut it short and is kept. When nothing is left this is
     * one look at the process table.
     *
     * @return whether nothing of the tree is left, verified; false is logged with the pids
     */
    public boolean terminate(Duration grace) {
        if (verifiedGone) {
            return true;
        }
        Collection<ProcessEntry> found = find();
        if (!found.isEmpty()) {
            if (grace.compareTo(Duration.ZERO) > 0) {
                found.forEach(process -> table.signal(process, false));
                awaitEnd(grace);
            }
            if (!new KillLoop(table, this::find, this::isInGroupOfTree).run(KILL_PATIENCE)) {
                return false;
            }
        }
        awaitReaped();
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
            while (!countdown.isOver() && !find().isEmpty()) {
                wait.pause(Duration.ofNanos(Math.clamp(countdown.remainingNanos(), 0, pause.toNanos())));
                pause = pause.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? pause.multipliedBy(2) : LONGEST_LOOK;
            }
        }
    }

    private Collection<ProcessEntry> find() {
        if (verifiedGone) {
            return List.of();
        }
        boolean leaderAlive = leader.isAlive();
        Map<Long, List<ProcessEntry>> children = new HashMap<>();
        Map<Long, ProcessEntry> members = new LinkedHashMap<>();
        List<ProcessEntry> candidates = new ArrayList<>();
        boolean leaderReplaced = false;
        for (ProcessEntry process : table.snapshot()) {
            if (process.ended() || process.started() < startBound) {
                continue;
            }
            candidates.add(process);
            children.computeIfAbsent(process.parent(), pid -> new ArrayList<>()).add(process);
            leaderReplaced |= process.pid() == leader.pid() && !leaderAlive;
        }
        boolean sessionIsOurs = ownSession && !leaderReplaced;
        for (ProcessEntry process : candidates) {
            if (belongs(process, leaderAlive, sessionIsOurs)) {
                members.put(process.pid(), process);
            }
        }
        addDescendants(members, children);
        return members.values();
    }

    private boolean belongs(ProcessEntry process, boolean leaderAlive, boolean sessionIsOurs) {
        if (process.pid() == leader.pid() && leaderAlive) {
            return true;
        }
        if (sessionIsOurs && process.session() == leader.pid()) {
            return true;
        }
        return !table.isClaimed(process.session())
                && table.environment(process)
                        .get(Markers.ATTEMPT_ID)
                        .filter(attemptId::equals)
                        .isPresent();
    }

    /** Members have left the worker's session with the leader; whatever group they are in now was made in the tree. */
    private boolean isInGroupOfTree(ProcessEntry process) {
        return ownSession && process.session() != table.self().session();
    }

    private static void addDescendants(Map<Long, ProcessEntry> members, Map<Long, List<ProcessEntry>> children) {
        Deque<ProcessEntry> open = new ArrayDeque<>(members.values());
        while (!open.isEmpty()) {
            for (ProcessEntry child : children.getOrDefault(open.remove().pid(), List.of())) {
                if (members.putIfAbsent(child.pid(), child) == null) {
                    open.add(child);
                }
            }
        }
    }
}
