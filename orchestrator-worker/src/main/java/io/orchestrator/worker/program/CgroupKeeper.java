package io.orchestrator.worker.program;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each program in a fresh control group, which it is in before it becomes the program. The groups of a worker lie in one of
 * its own, below the one that the worker is in, and a guard ends that one when the worker cannot.
 */
final class CgroupKeeper implements Keeper {
    private static final Logger log = LoggerFactory.getLogger(CgroupKeeper.class);
    private static final String JOIN = "echo 0 > \"$0\" && exec \"$@\"";

    private final Path workersGroup;
    private final Optional<Path> starter;
    private final SessionStarter sessions;
    private final Wire wire;
    private final AtomicLong numbers = new AtomicLong();
    private final boolean guarded;
    private volatile @Nullable Guard guard;
    private volatile long trustedUntil = Long.MAX_VALUE;

    private CgroupKeeper(Path workersGroup, Optional<Path> starter, SessionStarter sessions, Wire wire) {
        this.workersGroup = workersGroup;
        this.starter = starter;
        this.sessions = sessions;
        this.wire = wire;
        this.guarded = wire.isPossible() && (starter.isPresent() || Guard.canBeShell());
    }

    /** Where groups can be made and joined here, which is tried. */
    static Optional<CgroupKeeper> find(ProcessTable table, Optional<Path> starter, SessionStarter sessions, Wire wire) {
        return Cgroup.ofThisProcess()
                .map(own -> own.resolve(OwnedName.of(table)))
                .map(group -> new CgroupKeeper(group, starter, sessions, wire))
                .filter(CgroupKeeper::works)
                .map(CgroupKeeper::tidyingUp);
    }

    private boolean works() {
        try {
            Process process = joining(new ProcessBuilder(List.of("/bin/sh", "-c", ":")), fresh())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (SteadyWait wait = new SteadyWait()) {
                int code = wait.forEnd(process);
                new Cgroup(workersGroup).release();
                return code == 0;
            }
        } catch (IOException e) {
            log.debug("no groups can be made in {}", workersGroup, e);
            return false;
        }
    }

    private CgroupKeeper tidyingUp() {
        Runtime.getRuntime().addShutdownHook(new Thread(new Cgroup(workersGroup)::release, "program-groups"));
        return this;
    }

    private Cgroup fresh() throws IOException {
        Files.createDirectories(workersGroup);
        return new Cgroup(Files.createDirectory(workersGroup.resolve(Long.toString(numbers.incrementAndGet()))));
    }

    private ProcessBuilder joining(ProcessBuilder builder, Cgroup group) {
        List<String> command = new ArrayList<>();
        if (starter.isPresent()) {
            command.addAll(
                    List.of(starter.get().toString(), "enter", group.joining().toString(), "--"));
            command.addAll(builder.command());
        } else {
            command.addAll(List.of("/bin/sh", "-c", JOIN, group.joining().toString()));
            command.addAll(sessions.command(builder.command()));
        }
        return builder.command(command);
    }

    @Override
    public Started start(ProcessBuilder builder) throws IOException {
        Optional<Guard> guarding = guarding();
        Cgroup group = fresh();
        try {
            Process process = joining(builder, group).start();
            return new Started(process, new Held(group, guarding), starter.isPresent() || sessions.startsSessions());
        } catch (IOException e) {
            group.release();
            throw e;
        }
    }

    /** There is one as long as programs run; one that somebody has killed is followed by another. */
    private synchronized Optional<Guard> guarding() throws IOException {
        Guard known = guard;
        if (!guarded || (known != null && known.isAlive())) {
            return Optional.ofNullable(known);
        }
        Optional<Wire.End> end = wire.end();
        if (end.isPresent()) {
            Files.createDirectories(workersGroup);
            Guard fresh = starter.isPresent()
                    ? Guard.ofStarter(starter.get(), end.get(), workersGroup)
                    : Guard.ofShell(sessions, end.get(), workersGroup);
            guard = fresh;
            fresh.trustedUntil(trustedUntil);
        }
        return Optional.ofNullable(guard);
    }

    @Override
    public Keeping keeping() {
        return new Keeping(Keeping.By.CGROUP, guarded, "in " + workersGroup);
    }

    @Override
    public void trustedUntil(long nanos) {
        trustedUntil = nanos;
        wire.trustedUntil(nanos);
        Guard known = guard;
        if (known != null) {
            known.trustedUntil(nanos);
        }
    }

    /** Ends what is in the groups of dead workers that were started in the same group as this one. */
    static void endThoseOfTheDead(ProcessTable table) {
        Optional<Path> own = Cgroup.ofThisProcess();
        if (own.isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(own.get(), OwnedName.allOf(table))) {
            for (Path group : groups) {
                if (OwnedName.isOfTheDead(group.getFileName().toString(), table)) {
                    Cgroup left = new Cgroup(group);
                    left.kill();
                    left.release();
                }
            }
        } catch (IOException e) {
            log.debug("the groups in {} cannot be seen", own.get(), e);
        }
    }

    private record Held(Cgroup group, Optional<Guard> guard) implements Keep {
        @Override
        public Predicate<ProcessEntry> members() {
            var pids = group.pids();
            return process -> pids.contains(process.pid());
        }

        @Override
        public boolean isPartOfIt(ProcessEntry process) {
            return false;
        }

        @Override
        public boolean isEmpty() {
            return group.isEmpty();
        }

        @Override
        public boolean wasCutOff() {
            return guard.isPresent() && guard.get().hasCutOff(group);
        }

        @Override
        public void kill() {
            group.kill();
        }

        @Override
        public void release() {
            group.release();
        }
    }
}
