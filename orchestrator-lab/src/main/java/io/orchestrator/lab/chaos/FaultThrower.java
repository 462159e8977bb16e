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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
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
        this.redis = new RedisControl(URI.create(servers.redisUrl()));
    }

    /** How many were thrown, by kind. */
    Map<String, Integer> thrown() {
        synchronized (thrown) {
            return new TreeMap<>(thrown);
        }
    }

    /**
     * Throws a fault; returns when it is healed. What hits nothing, because its victim is down or away at that moment, is
     * thrown again until it does: on a slow machine faults come later, not fewer.
     */
    void carryOut(Planned planned) throws InterruptedException {
        Fault fault = planned.fault();
        long begin = ticks.nanos();
        boolean hit = tryToStrike(fault, planned.pick());
        while (!hit && ticks.since(begin).compareTo(MOST_WAITED) < 0) {
            pause(LOOK);
            hit = tryToStrike(fault, planned.pick());
        }
        if (hit) {
            synchronized (thrown) {
                thrown.merge(fault.kind(), 1, Integer::sum);
            }
        } else {
            LOG.warn("{} found no victim within {} minutes", fault.kind(), MOST_WAITED.toMinutes());
        }
    }

    private boolean tryToStrike(Fault fault, int pick) throws InterruptedException {
        try {
            return strike(fault, pick);
        } catch (IOException | SQLException e) {
            LOG.debug("{} hit nothing so far", fault, e);
            return false;
        }
    }

    private boolean strike(Fault fault, int pick) throws InterruptedException, IOException, SQLException {
        return switch (fault) {
            case Fault.Kill(Role role) -> kill(fault.kind(), role, pick);
            case Fault.Freeze f -> freeze(f, pick);
            case Fault.CutOff f -> cutOff(f, pick);
            case Fault.Slow f -> forAWhile(f.link(), pick, f.lasts(), proxy -> proxy.delay(f.by()));
            case Fault.LoseAnswers f -> forAWhile(f.link(), pick, f.lasts(), proxy -> proxy.lose(Proxy.Loss.ANSWERS));
            case Fault.Disconnect f -> connected(f.link(), pick).stream().anyMatch(proxy -> proxy.cut() > 0);
            case Fault.HarmRedis f -> harmRedis(f);
            case Fault.StopPostgres f -> stopPostgres(f);
            case Fault.TerminateSessions f -> terminate(f);
        };
    }

    /** Who was hit, and when. */
    private record Hit(Actor victim, long pid, Instant at) {}

    /** Hits one of those that work now. Where others want to as well, each victim is one's alone. */
    private Optional<Hit> hit(Role role, int pick, Function<Actor, OptionalLong> blow) {
        List<Actor> up = cast.up(role);
        if (up.isEmpty()) {
            return Optional.empty();
        }
        Actor victim = up.get(pick % up.size());
        Instant at = clock.instant();
        OptionalLong pid = blow.apply(victim);
        return pid.isPresent() ? Optional.of(new Hit(victim, pid.getAsLong(), at)) : Optional.empty();
    }

    private boolean kill(String kind, Role role, int pick) {
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
            expect(kind, at, affected.tasks());
        } catch (SQLException e) {
            LOG.debug("Postgres is away: what {} hit stays unknown", kind, e);
        }
    }

    private void expect(String kind, Instant at, List<Held> tasks) {
        tasks.forEach(h -> watch.expect(new Observation.TaskGoesOn(kind, at, h.taskId(), h.epoch())));
    }

    @FunctionalInterface
    private interface Disturbance {
        void of(Proxy proxy);
    }

    /** Of any process of the engine that is connected, or of the one that submits. */
    private Optional<Proxy> connected(Link link, int pick) {
        List<Proxy> all = Stream.concat(
                        Stream.of(loadLinks), cast.actors().stream().map(Actor::links))
                .map(links -> links.get(link))
                .filter(proxy -> proxy.connections() > 0)
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(pick % all.size()));
    }

    private boolean forAWhile(Link link, int pick, Duration lasts, Disturbance disturbance)
            throws InterruptedException {
        Optional<Proxy> proxy = connected(link, pick);
        if (proxy.isPresent()) {
            disturbance.of(proxy.get());
            try {
                pause(lasts);
            } finally {
                proxy.get().heal();
            }
        }
        return proxy.isPresent();
    }

    /** What it takes along is looked for just before, and waited for only if it struck. */
    private boolean harmRedis(Fault.HarmRedis fault) throws IOException, SQLException, InterruptedException {
        Instant at = clock.instant();
        List<Held> tickets = fault.harm().losesTickets() ? view.queued() : List.of();
        switch (fault.harm()) {
            case FLUSHALL -> redis.run("FLUSHALL");
            case FLUSH_SCRIPTS -> redis.run("SCRIPT FLUSH");
            case KILL_CLIENTS -> redis.run("CLIENT KILL TYPE normal");
            case PAUSE -> redis.run("CLIENT PAUSE " + fault.lasts().toMillis() + " ALL");
            case KILL -> redis.run("PING");
        }
        if (fault.harm().losesTickets()) {
            expect(fault.kind(), at, tickets);
        } else {
            watch.expect(new Observation.NextClaim(fault.kind(), at));
        }
        switch (fault.harm()) {
            case PAUSE -> pause(fault.lasts());
            case KILL -> restarted(servers::killRedis, fault.lasts(), servers::restartRedis);
            case FLUSHALL, FLUSH_SCRIPTS, KILL_CLIENTS -> {
                // Done at once.
            }
        }
        return true;
    }

    private boolean stopPostgres(Fault.StopPostgres fault) throws InterruptedException, SQLException {
        view.number("SELECT 1");
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
        Instant at = clock.instant();
        boolean hit = view.terminateSessions(fault.oneIn()) > 0;
        if (hit) {
            watch.expect(new Observation.NextClaim(fault.kind(), at));
        }
        return hit;
    }

    private static void pause(Duration length) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
    }
}
