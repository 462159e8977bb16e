package io.orchestrator.cli;

import io.orchestrator.cli.view.Documents;
import io.orchestrator.cli.view.Tables;
import io.orchestrator.server.RunDocument;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import java.util.ArrayList;
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
        })
final class EventsCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;

    @Parameters(paramLabel = "RUN", description = "The run's id.")
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
            RunStore runs = stack.store().runs();
            Outcome.require(runs, runId, false);
            return follow ? follow(runs) : list(runs);
        }
    }

    private int list(RunStore runs) {
        List<EventView> events = new ArrayList<>();
        List<EventView> page = runs.events(runId, after, PAGE);
        while (!page.isEmpty()) {
            events.addAll(page);
            page = runs.events(runId, page.getLast().seq(), PAGE);
        }
        output.answer(
                caller,
                () -> RunDocument.ofEvents(runId, after, events),
                () -> events.stream().map(Tables::event).toList());
        return ExitCode.OK.code();
    }

    private int follow(RunStore runs) throws InterruptedException {
        EventLines lines = new EventLines(after);
        boolean ended =
                new Follower(runs, lines, caller.interruption()).follow(runId).isPresent();
        return ended ? ExitCode.OK.code() : ExitCode.DETACHED.code();
    }

    /** Prints each event as it comes. */
    private final class EventLines implements ProgressView {
        private final long from;

        EventLines(long from) {
            this.from = from;
        }

        @Override
        public void update(RunStore runs, String run, List<EventView> news) {
            news.stream().filter(event -> event.seq() > from).forEach(this::print);
            caller.out().flush();
        }

        private void print(EventView event) {
            caller.out().println(output.isJson() ? Documents.event(event).toString() : Tables.event(event));
        }

        @Override
        public void close() {
            caller.out().flush();
        }
    }
}
