package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.verify.Bounds;
import io.orchestrator.verify.Report;
import io.orchestrator.verify.Scope;
import io.orchestrator.verify.Verification;
import io.orchestrator.verify.VerificationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks from the outside what the engine promises. */
@Command(
        name = "verify",
        description =
                "Reads the database, and nothing of the engine, and says of each invariant whether it holds, with the"
                        + " rows that break it. Exit code 1 when any is broken.",
        footer = {
            "",
            "Examples:",
            "  orchestrator verify",
            "  orchestrator verify --run run-01h8… -o json",
            "  orchestrator verify --drained --journal effects.ndjson    after a test that should have ended"
        })
final class VerifyCommand implements Callable<Integer> {
    @Option(names = "--run", paramLabel = "RUN", description = "Only this run (default: all). " + Which.RUN)
    private @Nullable String runId;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "What agents wrote down about their effects; docs/verify.md has the form.")
    private @Nullable Path journal;

    @Option(names = "--drained", description = "Everything should be done: what is not is broken.")
    private boolean drained;

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    VerifyCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            if (runId != null) {
                runId = Which.run(stack, runId);
            }
            Report report = check(DatabaseUrl.parse(stack.databaseUrl()));
            output.answer(caller, () -> Json.parse(report.json()), () -> List.of(report.text()));
            return report.held() ? ExitCode.OK.code() : ExitCode.FAILED.code();
        }
    }

    private Report check(DatabaseUrl database) {
        try {
            return Verification.run(database.jdbc(), database.user(), database.password(), scope(), Bounds.DEFAULT);
        } catch (VerificationException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
    }

    private Scope scope() {
        Scope scope = new Scope(Optional.ofNullable(runId), Optional.empty(), drained);
        return journal == null ? scope : scope.withJournal(caller.resolve(journal));
    }
}
