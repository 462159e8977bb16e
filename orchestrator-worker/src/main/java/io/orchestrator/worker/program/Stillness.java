package io.orchestrator.worker.program;

import io.orchestrator.worker.program.ProcessEntry.State;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides, look by look, which members of a tree are still to be stopped, or to be continued. What the program itself had
 * stopped stays as it was. Not thread-safe.
 *
 * <p>Parents are stopped before their children and go on after them, so that none sees a child stopped. Within the kernel a
 * process takes no signal before it comes out again, and then does nothing more: that it was sent one is enough.
 */
final class Stillness {
    /** As for killing: two looks that are certain to find all have to find nothing that goes on, or ten that are not. */
    private static final int ENOUGH = 10;

    private static final int CERTAIN_LOOK = 5;

    /** As for killing: what forks and leaves all the time may hide from a look or two, but not from ten. */
    private static final int ENOUGH_AFTER_A_STOP = 10 * CERTAIN_LOOK;

    private static final Comparator<ProcessEntry> OLDEST_FIRST =
            Comparator.comparingLong(ProcessEntry::started).thenComparingLong(ProcessEntry::pid);

    private final Set<ProcessEntry.Id> stoppedByProgram = new HashSet<>();
    private final Set<ProcessEntry.Id> signalled = new HashSet<>();
    private boolean looked;
    private boolean continued;
    private int calm;
    private int enough = ENOUGH;

    /** Members that stand still now, children first. */
    static Stream<ProcessEntry> stopped(Look look) {
        return look.members().stream()
                .filter(process -> process.state() == State.STOPPED)
                .sorted(OLDEST_FIRST.reversed());
    }

    /** Begins to stop anew, or to look whether all still stands still. */
    void again() {
        calm = 0;
        enough = ENOUGH;
        continued = false;
    }

    /** What is to be stopped after this look, parents first. */
    List<ProcessEntry> toStop(Look look) {
        if (!looked) {
            looked = true;
            look.members().stream()
                    .filter(process -> process.state() == State.STOPPED)
                    .forEach(process -> stoppedByProgram.add(process.id()));
        }
        List<ProcessEntry> moving = look.members().stream()
                .filter(this::goesOn)
                .sorted(OLDEST_FIRST)
                .toList();
        for (ProcessEntry process : moving) {
            signalled.add(process.id());
            stoppedByProgram.remove(process.id());
            enough = ENOUGH_AFTER_A_STOP;
        }
        count(moving, look);
        return moving;
    }

    /**
     * What is to go on after this look, children first: at first all, because one that is within the kernel may still have to
     * take the signal that stops it, then what stands still.
     */
    List<ProcessEntry> toContinue(Look look) {
        boolean all = !continued;
        continued = true;
        List<ProcessEntry> still = look.members().stream()
                .filter(process -> all || process.state() == State.STOPPED)
                .filter(process -> !process.ended() && !stoppedByProgram.contains(process.id()))
                .sorted(OLDEST_FIRST.reversed())
                .toList();
        count(still, look);
        return still;
    }

    /** Nothing was left to do, in as many looks as it takes to be sure. */
    boolean isReached() {
        return calm >= enough;
    }

    private void count(List<ProcessEntry> toDo, Look look) {
        if (toDo.isEmpty()) {
            calm += look.certain() ? CERTAIN_LOOK : 1;
        } else {
            calm = 0;
        }
    }

    private boolean goesOn(ProcessEntry process) {
        return switch (process.state()) {
            case GOES_ON -> true;
            case UNTOLD -> !signalled.contains(process.id());
            case STOPPED, ENDED -> false;
        };
    }
}
