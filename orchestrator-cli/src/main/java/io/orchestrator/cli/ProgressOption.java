package io.orchestrator.cli;

import picocli.CommandLine.Option;

/** How a run's progress is shown, on standard error. */
final class ProgressOption {
    /** The ways. */
    enum Way {
        AUTO,
        PLAIN,
        NONE
    }

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|none",
            description =
                    "Progress on standard error: a live view on a terminal and else lines (auto), lines, or none.")
    private Way way = Way.AUTO;

    ProgressView open(Caller caller) {
        return switch (way) {
            case NONE -> ProgressView.NONE;
            case PLAIN -> new PlainProgress(caller.err());
            case AUTO ->
                Terminal.find(caller)
                        .<ProgressView>map(terminal -> new LiveProgress(caller.err(), terminal))
                        .orElseGet(() -> new PlainProgress(caller.err()));
        };
    }
}
