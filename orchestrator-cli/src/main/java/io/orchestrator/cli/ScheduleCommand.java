package io.orchestrator.cli;

import io.orchestrator.cli.view.ScheduleDocuments;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Hints;
import io.orchestrator.schedule.Firings;
import io.orchestrator.schedule.InvalidScheduleException;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.Schedules.View;
import io.orchestrator.store.Submission;
import io.orchestrator.time.SystemClock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plans that are run by the calendar. */
@Command(
        name = "schedule",
        description =
                "Runs plans by the calendar. Schedules fire where a timer service runs: 'orchestrator dev', 'all' or"
                        + " 'timer'.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  orchestrator schedule add plan.json --name nightly --cron '0 3 * * *' --zone Europe/Berlin",
            "  orchestrator schedule list",
            "  orchestrator schedule run nightly            now, beside its firings"
        })
final class ScheduleCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ScheduleCommand() {}

    static CommandLine of(Caller caller) {
        return new CommandLine(new ScheduleCommand())
                .addSubcommand(new ScheduleAddCommand(caller))
                .addSubcommand(new ListAll(caller))
                .addSubcommand("show", named(caller, Action.SHOW))
                .addSubcommand("pause", named(caller, Action.PAUSE))
                .addSubcommand("resume", named(caller, Action.RESUME))
                .addSubcommand("remove", named(caller, Action.REMOVE))
                .addSubcommand("run", named(caller, Action.RUN));
    }

    private static CommandLine named(Caller caller, Action action) {
        CommandLine command = new CommandLine(new Named(caller, action));
        command.getCommandSpec().usageMessage().description(action.description);
        return command;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "expected a command: add, list, show, pause, resume, remove or run");
    }

    /** Lists all schedules. */
    @Command(name = "list", description = "Lists the schedules.")
    private static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ServerOptions servers = new ServerOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        private final Caller caller;

        ListAll(Caller caller) {
            this.caller = caller;
        }

        @Override
        public Integer call() {
            output.quietLogs();
            try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
                List<View> all = stack.store().schedules().list();
                output.answer(caller, () -> ScheduleDocuments.all(all), () -> ScheduleDocuments.lines(all));
                return ExitCode.OK.code();
            }
        }
    }

    /** What can be done with one schedule. */
    private enum Action {
        SHOW("Shows a schedule and its next firings."),
        PAUSE("Lets a schedule fire no more until it is resumed. What it has started goes on."),
        RESUME("Lets a schedule fire again from now on. What would have fired meanwhile is not made up for."),
        REMOVE("Forgets a schedule. Its runs stay."),
        RUN("Runs a schedule's plan now, beside its firings.");

        private final String description;

        Action(String description) {
            this.description = description;
        }
    }

    /** Does something with one schedule. */
    @Command
    private static final class Named implements Callable<Integer> {
        private static final int SHOWN = 5;

        @Parameters(paramLabel = "NAME", description = "The schedule's name.")
        private String name = "";

        @Mixin
        private final ServerOptions servers = new ServerOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        private final Caller caller;
        private final Action action;

        Named(Caller caller, Action action) {
            this.caller = caller;
            this.action = action;
        }

        @Override
        public Integer call() {
            output.quietLogs();
            try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
                Schedules schedules = stack.store().schedules();
                switch (action) {
                    case SHOW -> show(schedules.find(name).orElseThrow(() -> Schedules.Refused.unknown(name)));
                    case PAUSE -> show(schedules.pause(name));
                    case RESUME -> {
                        show(schedules.resume(name));
                        stack.queues().hints().publish(Hints.TIMERS, "");
                    }
                    case REMOVE -> remove(schedules);
                    case RUN -> run(stack, schedules);
                }
                return ExitCode.OK.code();
            }
        }

        private void show(View view) {
            List<Instant> next = view.paused() || view.isSetAside() ? List.of() : next(view);
            output.answer(
                    caller, () -> ScheduleDocuments.one(view, next), () -> ScheduleDocuments.oneLines(view, next));
        }

        /** Of one whose expression somebody has spoilt there are none. */
        private static List<Instant> next(View view) {
            try {
                return Firings.stored(view.cron(), view.zone()).next(new SystemClock().instant(), SHOWN);
            } catch (InvalidScheduleException e) {
                return List.of();
            }
        }

        private void remove(Schedules schedules) {
            if (!schedules.remove(name)) {
                throw Schedules.Refused.unknown(name);
            }
            output.answer(
                    caller,
                    () -> Json.object("name", name, "removed", true),
                    () -> List.of("schedule " + name + " is removed"));
        }

        private void run(Stack stack, Schedules schedules) {
            Submission submitted = schedules.runNow(name);
            stack.announcer().announce(submitted.ready());
            output.answer(
                    caller,
                    () -> Json.object("name", name, "runId", submitted.runId()),
                    () -> List.of(
                            "submitted run " + submitted.runId(),
                            "follow it with: orchestrator watch " + submitted.runId() + servers.again()));
        }
    }
}
