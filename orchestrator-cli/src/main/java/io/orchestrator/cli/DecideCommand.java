package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.HeldPhases.Decided;
import io.orchestrator.store.HeldPhases.Decision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Decides about a phase that waits for a person. */
@Command(
        name = "decide",
        description =
                "Decides about a phase that missed a rubric and waits: accept it as it is, retry it with the reason in"
                        + " its tasks' input, or fail it. The first decision counts.",
        footer = {
            "",
            "Examples:",
            "  orchestrator decide run-01h8… REPORT accept --reason 'good enough for a draft'",
            "  orchestrator decide run-01h8… REPORT retry",
        })
final class DecideCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Parameters(index = "1", paramLabel = "PHASE", description = "The phase's name.")
    private String phase = "";

    @Parameters(
            index = "2",
            paramLabel = "accept|retry|fail",
            converter = Word.class,
            description = "What is to be done.")
    private Decision decision = Decision.ACCEPT;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            converter = ReasonOption.class,
            description = "Kept with the decision.")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--by", paramLabel = "NAME", description = "Who decides (default: the user of this process).")
    private Optional<String> by = Optional.empty();

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    DecideCommand(Caller caller) {
        this.caller = caller;
    }

    /** The words of the usage, however they are written. */
    static final class Word implements ITypeConverter<Decision> {
        @Override
        public Decision convert(String given) {
            return Decision.of(given.strip().toLowerCase(Locale.ROOT))
                    .orElseThrow(
                            () -> new TypeConversionException("expected accept, retry or fail, found '" + given + "'"));
        }
    }

    @Override
    public Integer call() {
        output.quietLogs();
        String who = by.orElseGet(() -> System.getProperty("user.name", "somebody"));
        try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
            runId = Which.run(stack, runId);
            Decided decided =
                    stack.store().heldPhases().decide(new HeldPhases.Request(runId, phase, decision, who, reason));
            stack.announcer().announce(decided.ready());
            output.answer(
                    caller,
                    () -> Json.object(
                            "runId",
                            runId,
                            "phase",
                            phase,
                            "decision",
                            decision.wire(),
                            "state",
                            decided.state().wire()),
                    () -> List.of("phase " + phase + " of run " + runId + " is "
                            + decided.state().wire() + " now; follow it with: orchestrator watch " + runId
                            + servers.again()));
            return ExitCode.OK.code();
        }
    }
}
