package io.orchestrator.cli;

import io.orchestrator.cli.view.GateDocuments;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.store.Gates;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.LaneDepth;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at queues, pauses them and lets them go on. */
@Command(
        name = "queue",
        description = "Shows, pauses and resumes queues: the lanes that tasks wait in, by the priority of their plan.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  orchestrator queue list",
            "  orchestrator queue pause low --reason 'the night belongs to the others'",
            "  orchestrator queue resume low",
            "",
            "Lanes: critical, high, normal, low. Timeboxes go on while a lane is paused."
        })
final class QueueCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private QueueCommand() {}

    static CommandLine of(Caller caller) {
        return new CommandLine(new QueueCommand())
                .addSubcommand(new ListLanes(caller))
                .addSubcommand(new PauseLane(caller))
                .addSubcommand(new ResumeLane(caller));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command: list, pause or resume");
    }

    private static Gate lane(String name) {
        List<String> names =
                Arrays.stream(Priority.values()).map(Priority::wire).toList();
        if (!names.contains(name)) {
            throw new Refusal("there is no lane '" + name + "'; expected one of " + String.join(", ", names));
        }
        return Gate.ofLane(Priority.of(name));
    }

    /** Tells how full the lanes are, and which gates are closed. */
    @Command(name = "list", description = "Lists the lanes with their tasks, and every gate that is closed.")
    private static final class ListLanes implements Callable<Integer> {
        @Mixin
        private final ServerOptions servers = new ServerOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        private final Caller caller;

        ListLanes(Caller caller) {
            this.caller = caller;
        }

        @Override
        public Integer call() {
            output.quietLogs();
            try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
                List<LaneDepth> lanes = stack.store().dispatch().lanes();
                List<Gates.Closed> closed = stack.store().gates().closed();
                output.answer(
                        caller, () -> GateDocuments.lanes(lanes, closed), () -> GateDocuments.laneLines(lanes, closed));
                return ExitCode.OK.code();
            }
        }
    }

    /** Pauses a lane. */
    @Command(
            name = "pause",
            description = "Pauses a lane: no task of its runs starts until it is resumed. What runs may finish, unless"
                    + " --now calls it back.")
    private static final class PauseLane implements Callable<Integer> {
        @Parameters(paramLabel = "LANE", description = "critical, high, normal or low.")
        private String name = "";

        @Mixin
        private final PauseCommand.PauseOptions pause = new PauseCommand.PauseOptions();

        @Mixin
        private final ServerOptions servers = new ServerOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        private final Caller caller;

        PauseLane(Caller caller) {
            this.caller = caller;
        }

        @Override
        public Integer call() {
            output.quietLogs();
            Gate lane = lane(name);
            try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
                stack.store().gates().close(lane, pause.closing());
                output.answer(
                        caller,
                        () -> Json.object("lane", name, "paused", true),
                        () -> List.of("lane " + name + " is paused; it goes on with: orchestrator queue resume " + name
                                + servers.again()));
                return ExitCode.OK.code();
            }
        }
    }

    /** Ends the pause of a lane. */
    @Command(name = "resume", description = "Ends the pause of a lane: what waits in it starts at once.")
    private static final class ResumeLane implements Callable<Integer> {
        @Parameters(paramLabel = "LANE", description = "critical, high, normal or low.")
        private String name = "";

        @Mixin
        private final ServerOptions servers = new ServerOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        private final Caller caller;

        ResumeLane(Caller caller) {
            this.caller = caller;
        }

        @Override
        public Integer call() {
            output.quietLogs();
            Gate lane = lane(name);
            try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
                Gates.Opened opened = stack.store().gates().open(lane);
                stack.announcer().announce(opened.ready());
                output.answer(
                        caller,
                        () -> Json.object("lane", name, "wasPaused", opened.wasClosed()),
                        () -> List.of(
                                opened.wasClosed() ? "lane " + name + " goes on" : "lane " + name + " was not paused"));
                return ExitCode.OK.code();
            }
        }
    }
}
