package io.orchestrator.lab.chaos;

import io.orchestrator.lab.process.Jvm;
import io.orchestrator.lab.process.ServiceProcess;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A part that some process plays, one after the other: what is killed is started again under the same name, with the same
 * log and the same links. Thread-safe.
 */
final class Actor implements AutoCloseable {
    /**
     * How its processes are started.
     *
     * @param options of the command, after its name
     */
    record Script(Role role, Jvm jvm, Path log, List<String> options) {}

    private static final Duration SHORTEST_PEACE = Duration.ofMillis(1_500);
    private static final Duration LONGEST_PEACE = Duration.ofSeconds(3);

    private final Ticks ticks = new SystemTicks();
    private final Script script;
    private final Links links;
    private @Nullable ServiceProcess process;
    private boolean killed;
    private boolean frozen;
    private boolean closed;
    private long startedAt;
    private OptionalLong victimFrom = OptionalLong.empty();

    Actor(Script script, Links links) {
        this.script = script;
        this.links = links;
    }

    Role role() {
        return script.role;
    }

    Links links() {
        return links;
    }

    /**
     * Starts a process where none lives, and looks whether one that does is ready. Returns the exit code of the last one
     * if it ended without having been killed.
     */
    synchronized OptionalInt revive() {
        ServiceProcess last = process;
        if (closed) {
            return OptionalInt.empty();
        }
        if (last != null && last.isAlive()) {
            if (victimFrom.isEmpty() && last.isReady()) {
                victimFrom = OptionalLong.of(peaceEnds());
            }
            return OptionalInt.empty();
        }
        boolean onItsOwn = last != null && !killed;
        killed = false;
        frozen = false;
        startedAt = ticks.nanos();
        victimFrom = OptionalLong.empty();
        process = ServiceProcess.start(
                script.jvm, script.log, links.environment(), script.role.command(), script.options);
        return onItsOwn && last != null ? OptionalInt.of(last.exitCode()) : OptionalInt.empty();
    }

    /** Everybody may work about as long as it took to start: on a slow machine nothing would ever get done else. */
    private long peaceEnds() {
        long now = ticks.nanos();
        return now + Math.clamp(now - startedAt, SHORTEST_PEACE.toNanos(), LONGEST_PEACE.toNanos());
    }

    /** Whether a process lives that is not frozen and has worked for a moment, and so can be a victim. */
    synchronized boolean isUp() {
        return process != null
                && process.isAlive()
                && !frozen
                && victimFrom.isPresent()
                && ticks.nanos() - victimFrom.getAsLong() >= 0;
    }

    /** The living process. */
    synchronized OptionalLong pid() {
        return process != null && process.isAlive() ? OptionalLong.of(process.pid()) : OptionalLong.empty();
    }

    /** Kills the process; its pid, or empty if there was none to kill. */
    synchronized OptionalLong kill() {
        Optional<ServiceProcess> victim = up();
        victim.ifPresent(ServiceProcess::kill);
        killed |= victim.isPresent();
        return victim.map(ServiceProcess::pid).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** Stops the process until {@link #thaw}; its pid, or empty if there was none. */
    synchronized OptionalLong freeze() {
        Optional<ServiceProcess> victim = up();
        victim.ifPresent(ServiceProcess::freeze);
        frozen |= victim.isPresent();
        return victim.map(ServiceProcess::pid).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    synchronized void thaw() {
        if (frozen && process != null && process.isAlive()) {
            process.thaw();
        }
        frozen = false;
    }

    private Optional<ServiceProcess> up() {
        return isUp() ? Optional.ofNullable(process) : Optional.empty();
    }

    /** Ends the process for good. */
    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.kill();
        }
        links.close();
    }

    @Override
    public String toString() {
        return script.log.getFileName().toString().replace(".log", "");
    }
}
