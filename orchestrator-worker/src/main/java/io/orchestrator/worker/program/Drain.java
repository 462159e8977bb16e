package io.orchestrator.worker.program;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a program has exited and its stdout or stderr is still open, because a child holds it. First it may
 * go on: for a moment, or, where what it may still say decides the attempt, for as long as it keeps talking, within
 * bounds. Then the rest of the tree is ended, after which what is in the pipe is read to its end; and if that end does
 * not come, something out of reach holds the pipe, and it is left alone. Not thread-safe.
 */
final class Drain {
    private static final Duration FOR_CHILDREN = Duration.ofSeconds(1);
    private static final Duration AWAITED_QUIET = Duration.ofSeconds(10);
    private static final Duration AWAITED = Duration.ofSeconds(60);
    private static final Duration IDLE_AFTER_KILL = Duration.ofSeconds(2);
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);

    private final ProcessTree tree;
    private final Countdown awaited = Countdown.of(AWAITED);
    private Countdown awaitedQuiet = Countdown.of(AWAITED_QUIET);
    private Countdown forChildren = Countdown.of(FOR_CHILDREN);
    private @Nullable Countdown idle;
    private @Nullable Countdown all;
    private @Nullable String cut;
    private @Nullable String holders;

    Drain(ProcessTree tree) {
        this.tree = tree;
    }

    /**
     * Ends the tree when it is time to.
     *
     * @param quiet nothing came since the last call
     * @param decides what may still come decides the attempt
     * @return whether to stop waiting for the end of the output
     */
    boolean isOver(boolean quiet, boolean decides) {
        if (idle == null || all == null) {
            if (isPatienceOver(quiet, decides)) {
                holders = holders();
                if (decides) {
                    cut = holders + (awaitedQuiet.isOver() ? quietFor() : talkedFor());
                }
                tree.terminate(Duration.ZERO);
                all = Countdown.of(AFTER_KILL);
                idle = Countdown.of(IDLE_AFTER_KILL);
            }
            return false;
        }
        if (!quiet) {
            idle = Countdown.of(IDLE_AFTER_KILL);
        }
        return idle.isOver() || all.isOver();
    }

    /** What held the output, and how long it was waited for, where it was cut off before it had said what decides. */
    Optional<String> cut() {
        return Optional.ofNullable(cut);
    }

    /** What was ended with the rest of the tree. */
    Optional<String> ended() {
        return Optional.ofNullable(holders);
    }

    private boolean isPatienceOver(boolean quiet, boolean decides) {
        if (!decides) {
            return forChildren.isOver();
        }
        forChildren = Countdown.of(FOR_CHILDREN);
        if (!quiet) {
            awaitedQuiet = Countdown.of(AWAITED_QUIET);
        }
        return awaitedQuiet.isOver() || awaited.isOver();
    }

    private String holders() {
        List<Long> members = tree.members();
        return members.isEmpty()
                ? "a process that the engine cannot find"
                : members.stream().map(Drain::named).collect(Collectors.joining(", "));
    }

    private static String named(long pid) {
        Optional<String> program = ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(path -> " (" + path.substring(path.lastIndexOf('/') + 1) + ")");
        return "process " + pid + program.orElse("");
    }

    private static String quietFor() {
        return ", and nothing came for " + AWAITED_QUIET.toSeconds() + " s";
    }

    private static String talkedFor() {
        return ", and had not come to an end after " + AWAITED.toSeconds() + " s";
    }
}
