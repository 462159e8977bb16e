package io.orchestrator.cli;

import io.orchestrator.cli.view.Documents;
import io.orchestrator.cli.view.EventNames;
import io.orchestrator.cli.view.Tables;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what happened in a run. */
@Command(
        name = "events",
        description = "Shows what happened in a run, in order.",
        footer = {
            "",
            "With --follow -o json each line is one JSON document; it ends when the run ends, or on Ctrl-C.",
            "",
            "Example:",
            "  orchestrator events run-01h8… --follow -o json | jq -r .kind",
            "",
            "Each kind and the fields of its data are explained in docs/events.md.",
        })
final class EventsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the run has ended.")
    private boolean follow;

    @Option(names = "--after", paramLabel = "SEQ", description = "Only what came after this sequence number.")
    private long after;

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    EventsCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            runId = Which.run(stack, runId);
            RunStore runs = stack.store().runs();
            return follow ? follow(runs) : list(runs);
        }
    }

    private int list(RunStore runs) {
        List<EventView> events = EventPages.after(runs, runId, after);
        EventNames names = new EventNames(Outcome.require(runs, runId, true), runs::task);
        output.answer(
                caller,
                () -> Documents.events(runId, after, events, names),
                () -> events.stream()
                        .map(event -> Tables.event(event, names.words(event)))
                        .toList());
        return ExitCode.OK.code();
    }

    private int follow(RunStore runs) throws InterruptedException {
        EventNames names = new EventNames(Outcome.require(runs, runId, false), runs::task);
        EventLines lines = new EventLines(after, names);
        boolean ended =
                new Follower(runs, lines, caller.interruption()).follow(runId).isPresent();
        return ended ? ExitCode.OK.code() : ExitCode.DETACHED.code();
    }

    /** Prints each event as it comes. */
    private final class EventLines implements ProgressView {
        private final long from;
        private final EventNames names;

        EventLines(long from, EventNames names) {
            this.from = from;
            this.names = names;
        }

        @Override
        public void update(RunStore runs, String run, List<EventView> news) {
            news.stream().filter(event -> event.seq() > from).forEach(this::print);
            caller.out().flush();
        }

        private void print(EventView event) {
            caller.out()
                    .println(
                            output.isJson()
                                    ? Documents.event(event, names).toString()
                                    : Tables.event(event, names.words(event)));
        }

        @Override
        public void close() {
            caller.out().flush();
        }
    }
}
