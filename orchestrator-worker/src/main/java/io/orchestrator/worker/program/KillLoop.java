package io.orchestrator.worker.program;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends processes that may be starting new ones at the same time: looks, kills what it sees, and looks again until
 * several looks in a row find nothing.
 *
 * <p>Killing one by one can lose against programs that fork faster than they are found, so from the second round on
 * whole process groups are signalled, which the kernel does in one step that no fork can slip through.
 */
final class KillLoop {
    private static final Logger log = LoggerFactory.getLogger(KillLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    /** Two looks that are certain to find all have to find nothing, or ten that are not, on a host that never rests. */
    private static final int ENOUGH = 10;

    private static final int CERTAIN_LOOK = 5;

    /**
     * Where something had to be killed, one that forks and leaves all the time may hide from a look or two (between fork and
     * exec it has no mark), but not from ten that are some milliseconds apart.
     */
    private static final int ENOUGH_AFTER_A_KILL = 10 * CERTAIN_LOOK;

    private static final Duration BETWEEN_EMPTY_LOOKS = Duration.ofMillis(5);

    private final ProcessTable table;
    private final IntFunction<Look> looks;
    private final Predicate<ProcessEntry> inGroupOfOurs;
    private final Set<Long> killed = new LinkedHashSet<>();

    /**
     * @param looks looks for what is to be ended, given how often it has looked before
     * @param inGroupOfOurs whether all that is in this process' group is to be ended with it
     */
    KillLoop(ProcessTable table, IntFunction<Look> looks, Predicate<ProcessEntry> inGroupOfOurs) {
        this.table = table;
        this.looks = looks;
        this.inGroupOfOurs = inGroupOfOurs;
    }

    /** Whether all are gone, verified, before patience ran out. */
    boolean run(Duration patience) {
        Countdown countdown = Countdown.of(patience);
        Duration pause = FIRST_PAUSE;
        int certainty = 0;
        try (SteadyWait wait = new SteadyWait()) {
            for (int round = 0; certainty < enough(); round++) {
                Look look = looks.apply(round);
                Collection<ProcessEntry> found = look.members();
                if (found.isEmpty()) {
                    certainty += look.certain() ? CERTAIN_LOOK : 1;
                    if (!killed.isEmpty()) {
                        wait.pause(BETWEEN_EMPTY_LOOKS);
                    }
                    continue;
                }
                certainty = 0;
                if (countdown.isOver()) {
                    log.warn("processes {} could not be ended within {}", pids(found), patience);
                    return false;
                }
                kill(found, round > 0);
                wait.pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
        return true;
    }

    private int enough() {
        return killed.isEmpty() ? ENOUGH : ENOUGH_AFTER_A_KILL;
    }

    /** The pids that were signalled, in the order in which they were found. */
    List<Long> killed() {
        return List.copyOf(killed);
    }

    private void kill(Collection<ProcessEntry> found, boolean wholeGroups) {
        if (wholeGroups) {
            killGroups(found);
        }
        for (ProcessEntry process : found) {
            if (table.signal(process, true)) {
                killed.add(process.pid());
            }
        }
    }

    /** A group's number is not given away again while a member lives, and one was seen a moment ago. */
    private void killGroups(Collection<ProcessEntry> found) {
        List<String> groups = found.stream()
                .filter(process -> process.group() > 1)
                .filter(inGroupOfOurs)
                .map(Signals::group)
                .distinct()
                .toList();
        if (groups.isEmpty()) {
            return;
        }
        try {
            Signals.KILL.start(groups);
        } catch (IOException e) {
            log.warn("cannot signal whole process groups, going on one by one: {}", e.getMessage());
        }
    }

    private static List<Long> pids(Collection<ProcessEntry> processes) {
        return processes.stream().map(ProcessEntry::pid).toList();
    }
}
