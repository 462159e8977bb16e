package io.orchestrator.cli;

import io.orchestrator.embedded.LocalStackException;
import io.orchestrator.plan.InvalidDocumentException;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.schedule.InvalidScheduleException;
import io.orchestrator.server.CannotListenException;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.Reopening;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.SchemaConflict;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TakeOverRefused;
import io.orchestrator.store.Unreadable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells people what went wrong, on standard error and without a trace, and gives the exit code. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FailureReport.class);

    private final Caller caller;

    FailureReport(Caller caller) {
        this.caller = caller;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        tell(inWords(message(e)));
        UnmatchedArgumentException.printSuggestions(e, command.getErr());
        caller.tell("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.REFUSED.code();
    }

    /** The names of Java's types tell nobody how large a number may be. */
    private static String inWords(String message) {
        return message.replaceAll("' is not an? (int|Integer)$", "' is no whole number up to 2147483647")
                .replaceAll("' is not an? (long|Long)$", "' is no whole number up to 9223372036854775807");
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        Optional<String> sentence = sentence(e);
        if (sentence.isPresent()) {
            tell(sentence.get());
            return code(e).code();
        }
        return fault(e, isDebug(parsed));
    }

    /** Tells of a bug, with its trace, or with where that is kept. */
    int fault(Throwable e, boolean debug) {
        tell("a fault of the program itself: " + e);
        if (debug) {
            e.printStackTrace(caller.err());
        } else {
            caller.tell("Please report it together with " + keep(e));
        }
        return ExitCode.BUG.code();
    }

    /** What to tell of a failure that has its reason outside of the program; empty for a bug. */
    static Optional<String> sentence(Throwable failure) {
        return switch (failure) {
            case Refusal e -> Optional.of(message(e));
            case InvalidDocumentException e -> Optional.of(message(e));
            case LocalStackException e -> Optional.of(message(e));
            case CannotListenException e -> Optional.of(message(e));
            case KeyConflict e -> Optional.of(message(e));
            case Reopening.Refused e -> Optional.of(message(e));
            case TakeOverRefused e -> Optional.of(message(e));
            case Schedules.Refused e -> Optional.of(message(e));
            case InvalidScheduleException e -> Optional.of(message(e));
            case HeldPhases.Refused e -> Optional.of(message(e));
            // A full disk or a missing right: nothing that the program could have known before.
            case UncheckedIOException e -> Optional.of(FileProblem.of(e));
            case Unreadable e -> Optional.of(message(e));
            case DataRejected e -> Optional.of("the database cannot store this: " + message(e));
            case SchemaConflict e -> Optional.of(message(e));
            case StoreRefused e -> Optional.of("cannot use Postgres: " + message(e) + ".");
            case QueueRefused e -> Optional.of("cannot use Redis: " + message(e) + ".");
            case QueueTakesNothing e -> Optional.of("cannot use Redis: " + message(e) + ".");
            case StoreBusy e -> Optional.of("this cannot be done now: " + message(e) + ". Try again.");
            case StoreUnavailable e ->
                Optional.of("lost Postgres: " + message(e) + ". Nothing that was accepted is lost; try again when it"
                        + " answers.");
            case QueueUnavailable e ->
                Optional.of("lost Redis: " + message(e) + ". Nothing that was accepted is lost; try again when it"
                        + " answers.");
            default -> Optional.empty();
        };
    }

    private static ExitCode code(Throwable failure) {
        return switch (failure) {
            case Refusal e -> e.code();
            case SchemaConflict e -> ExitCode.UNUSABLE;
            case StoreRefused e -> ExitCode.UNUSABLE;
            case QueueRefused e -> ExitCode.UNUSABLE;
            case QueueTakesNothing e -> ExitCode.UNUSABLE;
            case StoreUnavailable e -> ExitCode.UNREACHABLE;
            case QueueUnavailable e -> ExitCode.UNREACHABLE;
            default -> ExitCode.REFUSED;
        };
    }

    private static String message(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    /** Where standard error is read as JSON, in the form that is expected there. */
    private void tell(String sentence) {
        if (Logs.isJson()) {
            LOG.error("{}", sentence);
        } else {
            caller.tell("orchestrator: " + sentence);
        }
    }

    private static boolean isDebug(ParseResult parsed) {
        ParseResult deepest = parsed;
        while (deepest.hasSubcommand()) {
            deepest = deepest.subcommand();
        }
        return deepest.hasMatchedOption("--debug");
    }

    private static String keep(Throwable e) {
        try {
            Path file = Files.createTempFile("orchestrator-error-", ".log");
            try (PrintStream trace = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
                e.printStackTrace(trace);
            }
            return file.toString();
        } catch (IOException unwritable) {
            return "what --debug prints (its details could not be written: " + unwritable.getMessage() + ")";
        }
    }
}
