package io.orchestrator.lab.chaos;

import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.lab.chaos.EngineView.Held;
import io.orchestrator.lab.chaos.FaultPlan.Planned;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries faults out, and heals each when its time is over. Thread-safe: faults overlap. */
final class FaultThrower {
    private static final Logger LOG = LoggerFactory.getLogger(FaultThrower.class);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration MOST_WAITED = Duration.ofMinutes(5);

    private final TemporaryStack servers;
    private final Cast cast;
    private final Links loadLinks;
    private final EngineView view;
    private final RecoveryWatch watch;
    private final InstantSource clock;
    private final Ticks ticks = new SystemTicks();
    private final RedisControl redis;
    private final Map<String, Integer> thrown = new TreeMap<>();
    private final Map<String, Integer> missed = new TreeMap<>();

    FaultThrower(
            TemporaryStack servers,
            Cast cast,
            Links loadLinks,
            EngineView view,
            RecoveryWatch watch,
            InstantSource clock) {
        this.servers = servers;
        this.cast = cast;
        this.loadLinks = loadLinks;
        this.view = view;
        this.watch = watch;
        this.clock = clock;
        this.redis = new RedisControl(URI.create(servers.redisUrl()).getPort());
    }

    /** How many were thrown, by kind. */
    Map<String, Integer> thrown() {
        synchronized (thrown) {
            return new TreeMap<>(thrown);
        }
    }

    /** How many found no victim, because it was down or away at that moment, by kind. */
    Map<String, Integer> missed() {
        synchronized (missed) {
            return new TreeMap<>(missed);
        }
    }

    /** Throws a fault; returns when it is healed. */
    void carryOut(Planned planned) throws InterruptedException {
        Fault fault = planned.fault();
        boolean hit;
        try {
            hit = strike(fault, planned.pick());
        } catch (IOException | SQLException e) {
            LOG.debug("{} hit nothing", fault, e);
            hit = false;
        }
        Map<String, Integer> counts = hit ? thrown : missed;
        synchronized (counts) {
            counts.merge(fault.kind(), 1, Integer::sum);
        }
    }

    private boolean strike(Fault fault, int pick) throws InterruptedException, IOException, SQLException {
        return switch (fault) {
            case Fault.Kill(Role role) -> kill(fault.kind(), role, pick);
            case Fault.Freeze f -> freeze(f, pick);
            case Fault.CutOff f -> cutOff(f, pick);
            case Fault.Slow f -> onALink(f.link(), pick, f.lasts(), proxy -> proxy.delay(f.by()));
            case Fault.LoseAnswers f -> onALink(f.link(), pick, f.lasts(), proxy -> proxy.lose(Proxy.Loss.ANSWERS));
            case Fault.Disconnect f -> onALink(f.link(), pick, Duration.ZERO, Proxy::cut);
            case Fault.HarmRedis f -> harmRedis(f);
            case Fault.StopPostgres f -> stopPostgres(f);
            case Fault.TerminateSessions f -> terminate(f);
        };
    }

    /** Who was hit, and when. */
    private record Hit(Actor victim, long pid, Instant at) {}

    /**
     * Hits one of those that work now, or the first that does: on a slow machine faults come later, not fewer. Where others
     * wait as well, each victim is one's alone.
     */
    private Optional<Hit> hit(Role role, int pick, Function<Actor, OptionalLong> blow) throws InterruptedException {
        long begin = ticks.nanos();
        do {
            List<Actor> up = cast.up(role);
            if (!up.isEmpty()) {
                Actor victim = up.get(pick % up.size());
                Instant at = clock.instant();
                OptionalLong pid = blow.apply(victim);
                if (pid.isPresent()) {
                    return Optional.of(new Hit(victim, pid.getAsLong(), at));
                }
            }
            pause(LOOK);
        } while (ticks.since(begin).compareTo(MOST_WAITED) < 0);
        return Optional.empty();
    }

    private boolean kill(String kind, Role role, int pick) throws InterruptedException {
        Optional<Hit> hit = hit(role, pick, Actor::kill);
        hit.ifPresent(h -> expectAfter(kind, role, h));
        return hit.isPresent();
    }

    private boolean freeze(Fault.Freeze fault, int pick) throws InterruptedException {
        Optional<Hit> hit = hit(fault.role(), pick, Actor::freeze);
        if (hit.isEmpty()) {
            return false;
        }
        try {
            // Whoever wakes within its lease goes on with what it holds: there is nothing to wait for.
            if (fault.pastLease()) {
                expectAfter(fault.kind(), fault.role(), hit.get());
            }
            pause(fault.lasts());
        } finally {
            hit.get().victim().thaw();
        }
        return true;
    }

    private boolean cutOff(Fault.CutOff fault, int pick) throws InterruptedException {
        Optional<Hit> hit = hit(Role.WORKER, pick, FaultThrower::isolate);
        if (hit.isEmpty()) {
            return false;
        }
        try {
            expectAfter(fault.kind(), Role.WORKER, hit.get());
            pause(fault.lasts());
        } finally {
            hit.get().victim().links().heal();
        }
        return true;
    }

    private static OptionalLong isolate(Actor victim) {
        OptionalLong pid = victim.pid();
        if (pid.isPresent()) {
            victim.links().lose(Proxy.Loss.EVERYTHING);
        }
        return pid;
    }

    private void expectAfter(String kind, Role role, Hit hit) {
        switch (role) {
            case WORKER -> expectTasks(kind, hit.at(), () -> view.heldBy(hit.pid()));
            case SCHEDULER -> watch.expect(new Observation.NextRound(kind, hit.at()));
            case TIMER -> watch.expect(new Observation.NextFiring(kind, hit.at()));
        }
    }

    @FunctionalInterface
    private interface Affected {
        List<Held> tasks() throws SQLException;
    }

    private void expectTasks(String kind, Instant at, Affected affected) {
        try {
            affected.tasks().forEach(h -> watch.expect(new Observation.TaskGoesOn(kind, at, h.taskId(), h.epoch())));
        } catch (SQLException e) {
            LOG.debug("Postgres is away: what {} hit stays unknown", kind, e);
        }
    }

    @FunctionalInterface
    private interface Disturbance {
        void of(Proxy proxy);
    }

    /** Any process of the engine, or the one that submits. */
    private boolean onALink(Link link, int pick, Duration lasts, Disturbance disturbance) throws InterruptedException {
        List<Links> all = new ArrayList<>(List.of(loadLinks));
        cast.actors().forEach(actor -> all.add(actor.links()));
        Proxy proxy = all.get(pick % all.size()).get(link);
        disturbance.of(proxy);
        if (lasts.isPositive()) {
            try {
                pause(lasts);
            } finally {
                proxy.heal();
            }
        }
        return true;
    }

    private boolean harmRedis(Fault.HarmRedis fault) throws IOException, InterruptedException {
        Instant at = clock.instant();
        if (fault.harm().losesTickets()) {
            expectTasks(fault.kind(), at, view::queued);
        } else {
            watch.expect(new Observation.NextClaim(fault.kind(), at));
        }
        switch (fault.harm()) {
            case FLUSHALL -> redis.run("FLUSHALL");
            case FLUSH_SCRIPTS -> redis.run("SCRIPT FLUSH");
            case KILL_CLIENTS -> redis.run("CLIENT KILL TYPE normal");
            case PAUSE -> {
                redis.run("CLIENT PAUSE " + fault.lasts().toMillis() + " ALL");
                pause(fault.lasts());
            }
            case KILL -> restarted(servers::killRedis, fault.lasts(), servers::restartRedis);
        }
        return true;
    }

    private boolean stopPostgres(Fault.StopPostgres fault) throws InterruptedException {
        watch.expect(new Observation.NextClaim(fault.kind(), clock.instant()));
        restarted(() -> servers.killPostgres(StopMode.IMMEDIATE), fault.lasts(), servers::restartPostgres);
        return true;
    }

    private static void restarted(Runnable stop, Duration pause, Runnable start) throws InterruptedException {
        stop.run();
        try {
            pause(pause);
        } finally {
            start.run();
        }
    }

    private boolean terminate(Fault.TerminateSessions fault) throws SQLException {
        watch.expect(new Observation.NextClaim(fault.kind(), clock.instant()));
        return view.terminateSessions(fault.oneIn()) > 0;
    }

    private static void pause(Duration length) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
    }
}
