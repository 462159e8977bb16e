package io.orchestrator.cli.view;

import io.orchestrator.store.RunView;

/** How far a phase has come, as far as that is known. */
final class Progress {
    private Progress() {}

    /** {@code 3/10}; with a plus sign while steps that are not open yet will bring more tasks. */
    static String count(RunView.Phase phase) {
        return count(phase, 0);
    }

    /** As it was before so many of its tasks completed; those of an earlier round are no longer counted. */
    static String count(RunView.Phase phase, int completedSince) {
        return Math.max(0, phase.completed() - completedSince) + "/" + phase.total() + (hasMore(phase) ? "+" : "");
    }

    /** From 0 to 1. A step that is not open yet counts as one task, as nobody knows how many it will have. */
    static double fraction(RunView.Phase phase) {
        if (phase.state().isFinal()) {
            return phase.total() == 0 || phase.failed() == 0 ? 1 : (double) phase.completed() / phase.total();
        }
        int expected = phase.total() + laterSteps(phase);
        return expected == 0 ? 0 : (double) phase.completed() / expected;
    }

    /** {@code [####------]}. */
    static String bar(double fraction, int width) {
        int filled = (int) Math.clamp(Math.floor(fraction * width), 0, width);
        return "[" + "#".repeat(filled) + "-".repeat(width - filled) + "]";
    }

    /** {@code 35%}. */
    static String percent(double fraction) {
        return Math.round(fraction * 100) + "%";
    }

    private static boolean hasMore(RunView.Phase phase) {
        return !phase.state().isFinal() && phase.total() > 0 && laterSteps(phase) > 0;
    }

    private static int laterSteps(RunView.Phase phase) {
        return Math.max(0, phase.steps() - phase.step() - 1);
    }
}
