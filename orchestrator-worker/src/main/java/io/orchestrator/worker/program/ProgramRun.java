package io.orchestrator.worker.program;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.json.Json;
import io.orchestrator.plan.WhenCutOff;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt by one process: passes on what the program says, and what the engine wants of it. All calls of the context
 * are made by the thread that runs the attempt.
 */
final class ProgramRun {
    /** How late the engine's wishes may be noticed. Output and exit are noticed at once. */
    private static final Duration TICK = Duration.ofMillis(150);

    /** When its processes are gone, what a program has said comes to its end, unless something out of reach holds it. */
    private static final Duration LAST_WORDS_IDLE = Duration.ofSeconds(1);

    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS_LOOK = Duration.ofMillis(1);

    private final ProgramSpec spec;
    private final AgentContext context;
    private final ProcessTree tree;
    private final ProgramInput input;
    private final ProgramOutput output;
    private final Conversation conversation;
    private final ProgramStandstill standstill;
    private @Nullable Countdown shutdown;
    private @Nullable Countdown stopping;
    private @Nullable Drain drain;
    private boolean cancelled;
    private boolean decidedBeforeShutdown;
    private boolean wrapUpSent;

    private ProgramRun(ProgramSpec spec, AgentContext context, ProcessTree tree, OutputPipes pipes) {
        this.spec = spec;
        this.context = context;
        this.tree = tree;
        this.input = new ProgramInput(tree.leader().getOutputStream(), threadName(spec, tree) + "-stdin");
        this.output = new ProgramOutput(pipes);
        this.conversation = new Conversation(spec.name(), context);
        this.standstill = new ProgramStandstill(tree);
    }

    static ProgramRun start(ProgramSpec spec, ProgramHost host, AgentContext context) {
        TaskInfo task = context.task();
        List<String> command = new ArrayList<>(spec.command());
        command.set(0, program(spec).toString());
        Launch launch = new Launch(
                command, spec.directory(), ChildEnvironment.of(spec, host, task), task.id() + ":" + task.epoch());
        requireExpressible(spec, launch);
        try {
            return started(spec, context, host, launch);
        } catch (IOException e) {
            throw AgentFailure.retryable("agent '" + spec.name() + "' could not be started: " + e.getMessage());
        }
    }

    /** Never a variable that says something else. What the program takes over from this process is never written anew. */
    private static void requireExpressible(ProgramSpec spec, Launch launch) {
        SystemText system = SystemText.ofThisProcess();
        launch.environment().forEach((name, value) -> {
            if (!system.canExpress(value) && !value.equals(System.getenv(name))) {
                throw AgentFailure.permanent("agent '" + spec.name() + "' cannot be given the variable " + name + ", '"
                        + value + "': " + system.reason());
            }
        });
    }

    private static ProgramRun started(ProgramSpec spec, AgentContext context, ProgramHost host, Launch launch)
            throws IOException {
        OutputPipes pipes = OutputPipes.open(host.fifos());
        try {
            ProcessTree tree = ProcessTree.start(host.processes(), launch, host.keeper(), pipes);
            pipes.started(tree.leader());
            return new ProgramRun(spec, context, tree, pipes);
        } catch (IOException | RuntimeException e) {
            pipes.close();
            throw e;
        }
    }

    Json toEnd() throws InterruptedException {
        try {
            if (spec.whenCutOff() == WhenCutOff.FREEZE && tree.canStandStill()) {
                context.canStandStill(standstill);
            }
            output.start(threadName(spec, tree));
            input.begin(TaskDocument.of(context), spec.control());
            boolean quiet = false;
            while (!isFinished(quiet)) {
                Optional<ProgramOutput.Event> event = nextEvent();
                event.ifPresent(this::handle);
                quiet = event.isEmpty();
                standStill();
                followEngine();
            }
            tree.terminate(Duration.ZERO);
        } catch (InterruptedException e) {
            end(graceOfCancelled(), e);
            throw e;
        } catch (RuntimeException | Error e) {
            end(graceAfter(e), e);
            throw e;
        } finally {
            input.end();
            output.close();
        }
        return verdict(tree.leader().exitValue());
    }

    private Optional<ProgramOutput.Event> nextEvent() throws InterruptedException {
        if (!output.isEnded()) {
            return output.next(TICK);
        }
        tree.leader().waitFor(TICK.toNanos(), TimeUnit.NANOSECONDS);
        return Optional.empty();
    }

    private void handle(ProgramOutput.Event event) {
        switch (event) {
            case ProgramOutput.Line line
            when line.source() == ProgramOutput.Source.STDERR -> {
                context.noteOutput();
                conversation.stderr(line.bytes());
            }
            case ProgramOutput.Line line -> {
                context.noteOutput();
                conversation.stdout(line.bytes());
                if (conversation.isDecided()) {
                    input.end();
                }
            }
            case ProgramOutput.TooLong tooLong ->
                throw AgentFailure.permanent("agent '" + spec.name() + "' wrote a line of more than "
                        + ProgramOutput.MAX_LINE_BYTES / (1024 * 1024)
                        + " MiB to stdout, which is the most: write large results to a file and name it instead");
        }
    }

    /** While it stands still nothing that it said is acted upon, and no time is counted that was to be its own. */
    private void standStill() throws InterruptedException {
        if (standstill.await(context::cancelled, TICK)) {
            shutdown = shutdown == null ? null : Countdown.of(spec.grace());
            stopping = stopping == null ? null : Countdown.of(spec.grace());
            drain = null;
        }
    }

    private void followEngine() {
        if (context.cancelled()) {
            cancelled = true;
            throw new AttemptRevoked("the attempt of agent '" + spec.name() + "' was cancelled");
        }
        if (shutdown == null && context.shutdownRequested()) {
            shutdown = Countdown.of(spec.grace());
            decidedBeforeShutdown = conversation.isDecided();
            tree.terminateLeader();
        }
        if (shutdown != null && shutdown.isOver() && tree.leader().isAlive()) {
            throw returnedEarly("did not end within " + spec.grace() + " and was killed");
        }
        if (stopping == null && conversation.mustStop() && tree.leader().isAlive()) {
            stopping = Countdown.of(spec.grace());
            tree.terminateLeader();
        }
        if (stopping != null && stopping.isOver() && tree.leader().isAlive()) {
            throw conversation.failure().orElseThrow();
        }
        if (spec.control() && !wrapUpSent) {
            context.wrapUp().ifPresent(notice -> {
                wrapUpSent = true;
                input.send(TaskDocument.wrapUp(notice));
            });
        }
    }

    /** The program has exited, and all that was written is read, or no longer worth waiting for. */
    private boolean isFinished(boolean quiet) {
        if (tree.leader().isAlive()) {
            return false;
        }
        if (output.isEnded()) {
            return true;
        }
        if (drain == null) {
            drain = new Drain(tree);
        }
        boolean stdoutIsHeld = !output.isStdoutEnded();
        boolean before = drain.ended().isPresent();
        boolean over = drain.isOver(quiet, isUndecided());
        if (stdoutIsHeld && !before && conversation.isDecided()) {
            drain.ended().ifPresent(conversation::cutOff);
        }
        if (!over) {
            return false;
        }
        output.stopReading();
        return quiet;
    }

    /** A program may exit well, and leave it to its children to write the result. */
    private boolean isUndecided() {
        return !conversation.isDecided()
                && shutdown == null
                && tree.leader().exitValue() == 0
                && !output.isStdoutEnded();
    }

    private Json verdict(int exitCode) {
        if (exitCode != 0 && tree.wasCutOff()) {
            throw new ReturnedEarly("agent '" + spec.name()
                    + "' was ended because its worker stood still and could not renew its lease in time");
        }
        Optional<AgentFailure> failure = conversation.failure();
        if (shutdown != null
                && !(exitCode == 0 && (conversation.result().isPresent() || conversation.awaitsChildren()))) {
            if (failure.isPresent() && decidedBeforeShutdown) {
                throw failure.get();
            }
            throw returnedEarly("ended with " + ExitStatus.describe(exitCode));
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (exitCode != 0) {
            throw conversation.exitFailure(exitCode);
        }
        if (conversation.awaitsChildren()) {
            throw awaitChildren();
        }
        if (!conversation.isDecided() && drain != null) {
            drain.cut().ifPresent(this::cutOff);
        }
        return conversation.result().orElseGet(conversation::collectedText);
    }

    private RuntimeException awaitChildren() {
        try {
            return context.awaitChildren();
        } catch (IllegalStateException e) {
            return AgentFailure.retryable("agent '" + spec.name() + "' sent 'await_children', and " + e.getMessage());
        }
    }

    private void cutOff(String holders) {
        throw AgentFailure.retryable(
                "agent '" + spec.name() + "' exited with code 0 and without a result while its stdout"
                        + " was still held by " + holders
                        + "; it was ended, and what it still had to say is not known: a program"
                        + " has to wait for what it starts, or start it with its output elsewhere (>/dev/null 2>&1)");
    }

    /** Ends the tree, and hears what was said before that. */
    private void end(Duration grace, Throwable cause) {
        boolean trusted = !(cause instanceof InterruptedException || cause instanceof AttemptRevoked)
                && !cancelled
                && !context.cancelled();
        conversation.ended(trusted);
        if (grace.isPositive()) {
            output.keepLatest();
        }
        tree.terminate(grace);
        hearLastWords(cause);
    }

    /** What has been read is heard to its end; how long more is read is bounded. */
    private void hearLastWords(Throwable cause) {
        hear(conversation::hearRest, cause);
        Countdown idle = Countdown.of(LAST_WORDS_IDLE);
        Countdown all = Countdown.of(LAST_WORDS);
        boolean reading = true;
        try (SteadyWait wait = new SteadyWait()) {
            while (!output.isEnded()) {
                if (reading && (idle.isOver() || all.isOver())) {
                    reading = false;
                    output.stopReading();
                }
                Optional<ProgramOutput.Event> event = output.poll();
                if (event.isPresent()) {
                    hear(() -> hearEvent(event.get()), cause);
                    idle = Countdown.of(LAST_WORDS_IDLE);
                } else if (reading) {
                    wait.pause(LAST_WORDS_LOOK);
                } else {
                    return;
                }
            }
        }
    }

    private void hear(Runnable words, Throwable cause) {
        try {
            words.run();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            conversation.ended(false);
        }
    }

    private void hearEvent(ProgramOutput.Event event) {
        if (event instanceof ProgramOutput.Line line) {
            if (line.source() == ProgramOutput.Source.STDERR) {
                conversation.stderr(line.bytes());
            } else {
                conversation.stdout(line.bytes());
            }
        }
    }

    /**
     * A cancelled program may end in its own way, a fenced one has nothing left to say. A context that is cancelled in
     * the middle of a call may say so by any exception.
     */
    private Duration graceAfter(Throwable cause) {
        if (cancelled) {
            return graceOfCancelled();
        }
        boolean fenced = cause instanceof AttemptRevoked;
        boolean interrupted = Thread.currentThread().isInterrupted() || context.cancelled();
        return interrupted && !fenced ? graceOfCancelled() : Duration.ZERO;
    }

    /**
     * Whose task may be running elsewhere has no time for a goodbye, and who was asked to end with its worker has had it:
     * the worker is about to exit and would leave behind what is still alive. The same goes for who stands still: it would
     * have to go on for it.
     */
    private Duration graceOfCancelled() {
        boolean standsStillToTheEnd = standstill.isOn() && context.shutdownRequested();
        return context.abandoned() || shutdown != null || standsStillToTheEnd ? Duration.ZERO : spec.grace();
    }

    private ReturnedEarly returnedEarly(String how) {
        return new ReturnedEarly("agent '" + spec.name() + "' was asked to stop with its worker and " + how);
    }

    private static Path program(ProgramSpec spec) {
        return switch (spec.lookup()) {
            case CommandLookup.Found found -> found.program();
            case CommandLookup.Missing missing -> throw AgentFailure.permanent(missing.reason());
        };
    }

    private static String threadName(ProgramSpec spec, ProcessTree tree) {
        return "program-" + spec.name() + "-" + tree.leader().pid();
    }
}
