package io.orchestrator.worker.program;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Each program under a starter of its own, which the kernel makes the parent of whatever loses its own, and which ends when
 * nothing is left.
 */
final class StarterKeeper implements Keeper {
    private static final long STARTS_WITHIN_SECONDS = 30;
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(1);

    private final Path starter;
    private final Wire wire;
    private final String why;

    /** @param why there is nothing better */
    StarterKeeper(Path starter, Wire wire, String why) {
        this.starter = starter;
        this.wire = wire;
        this.why = why;
    }

    @Override
    public Started start(ProcessBuilder builder) throws IOException {
        Wire.End end = wire.end().orElseThrow(() -> new IOException("there is no pipe for its starter to report to"));
        List<String> command =
                new ArrayList<>(List.of(starter.toString(), "keep", end.reports(), end.lease(), end.number(), "--"));
        command.addAll(builder.command());
        Process process;
        try {
            process = builder.command(command).start();
        } catch (IOException e) {
            end.over();
            throw e;
        }
        tellItsEnd(process, end);
        long pid = end.told()
                .pid()
                .copy()
                .completeOnTimeout(-1L, STARTS_WITHIN_SECONDS, TimeUnit.SECONDS)
                .join();
        if (pid < 0) {
            process.destroyForcibly();
            throw new IOException("its starter " + starter + " did not start it");
        }
        return new Started(new KeptProcess(process, pid, end.told().exit()), new Held(process, end.told()), true);
    }

    @Override
    public Keeping keeping() {
        return new Keeping(Keeping.By.STARTER, true, why);
    }

    @Override
    public void trustedUntil(long nanos) {
        wire.trustedUntil(nanos);
    }

    private record Held(Process starter, Told told) implements Keep {
        @Override
        public Predicate<ProcessEntry> members() {
            return starter.isAlive() ? process -> process.parent() == starter.pid() : process -> false;
        }

        @Override
        public boolean isPartOfIt(ProcessEntry process) {
            return process.pid() == starter.pid() && starter.isAlive();
        }

        @Override
        public boolean isEmpty() {
            return !starter.isAlive();
        }

        @Override
        public boolean wasCutOff() {
            return told.isCutOff(0);
        }

        @Override
        public void kill() {
            starter.toHandle().destroy();
            Countdown countdown = Countdown.of(KILL_PATIENCE);
            try (SteadyWait wait = new SteadyWait()) {
                while (starter.isAlive() && !countdown.isOver()) {
                    wait.pause(LOOK);
                }
            }
        }

        @Override
        public void release() {}
    }

    private static void tellItsEnd(Process process, Wire.End end) {
        Thread.ofVirtual().name("starter-of-a-program").start(() -> {
            process.onExit().join();
            end.over();
        });
    }
}
