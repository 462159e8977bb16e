package io.orchestrator.cli;

import io.orchestrator.worker.program.SystemText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The program. */
public final class Main {
    /** As after a SIGKILL, which is what ending by force is. */
    private static final int ENDED_BY_FORCE = 128 + 9;

    private Main() {}

    public static void main(String[] args) {
        // Files that other programs read have the digits and points that they expect, wherever their writer lives.
        Locale.setDefault(Locale.ROOT);
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream err = utf8(FileDescriptor.err);
        System.setErr(err);
        Interruption interruption = new Interruption();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger code = new AtomicInteger(ENDED_BY_FORCE);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> unwind(interruption, ended, code), "signals"));
        Caller caller = new Caller(out, err, System.getenv(), Path.of("").toAbsolutePath(), interruption);
        try {
            Optional<String> unreadable = new CallersTexts(SystemText.ofThisProcess())
                    .problem(caller.environment(), System.getProperty("user.dir", ""), args);
            unreadable.ifPresent(problem -> caller.tell("orchestrator: " + problem));
            code.set(unreadable.isPresent() ? ExitCode.REFUSED.code() : execute(caller, args));
        } finally {
            ended.countDown();
        }
        System.exit(code.get());
    }

    /** Runs a command in this process and returns its exit code. Ends no process and touches no stream but the caller's. */
    static int execute(Caller caller, String... args) {
        int code;
        try {
            code = Commands.of(caller, args).execute(args);
        } catch (Error e) {
            code = new FailureReport(caller).fault(e, Arrays.asList(args).contains("--debug"));
        }
        caller.out().flush();
        caller.err().flush();
        return code;
    }

    /**
     * Runs when the JVM is to end: after a signal the command still has to unwind, which is waited for. Halting gives the
     * command's exit code also then, where the JVM would give that of the signal.
     */
    private static void unwind(Interruption interruption, CountDownLatch ended, AtomicInteger code) {
        interruption.request();
        try {
            if (!ended.await(interruption.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("orchestrator: did not end in time and is ended by force; nothing is lost, what was"
                        + " running is taken up again when its lease runs out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(code.get());
    }

    /** Whatever the locale: JSON is UTF-8. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
