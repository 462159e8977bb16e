package io.orchestrator.lab.chaos;

import io.orchestrator.lab.chaos.Fault.RedisHarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Which faults are thrown when: a function of seed, length and lease alone. Each kind comes at its own rate, at random
 * moments that are spread over the whole length, and ends before the length is over.
 *
 * @param faults in the order of their moments
 */
record FaultPlan(List<Planned> faults) {
    /**
     * A fault and its moment.
     *
     * @param at from the beginning
     * @param pick chooses the victim among those there are at that moment
     */
    record Planned(Duration at, Fault fault, int pick) {}

    /** How often a kind of fault comes; in a plan of any length at least once. */
    private record Rate(double perMinute, Kind kind) {}

    @FunctionalInterface
    private interface Kind {
        Fault fault(RandomGenerator random, Duration lease);
    }

    private static final List<Rate> RATES = List.of(
            new Rate(24, (random, lease) -> new Fault.Kill(Role.WORKER)),
            new Rate(7, (random, lease) -> new Fault.Kill(Role.SCHEDULER)),
            new Rate(6, (random, lease) -> new Fault.Kill(Role.TIMER)),
            new Rate(6, (random, lease) -> new Fault.Freeze(Role.WORKER, true, share(random, lease, 1.4, 2.0))),
            new Rate(3, (random, lease) -> new Fault.Freeze(Role.WORKER, false, share(random, lease, 0.1, 0.5))),
            new Rate(2, (random, lease) -> new Fault.Freeze(Role.SCHEDULER, true, share(random, lease, 0.6, 1.5))),
            new Rate(1, (random, lease) -> new Fault.Freeze(Role.TIMER, true, share(random, lease, 0.6, 1.5))),
            new Rate(1, (random, lease) -> new Fault.CutOff(share(random, lease, 1.4, 2.0))),
            new Rate(2, (random, lease) -> new Fault.Slow(Link.POSTGRES, ms(random, 20, 200), ms(random, 500, 2_000))),
            new Rate(1, (random, lease) -> new Fault.Slow(Link.REDIS, ms(random, 20, 400), ms(random, 500, 2_000))),
            new Rate(4, (random, lease) -> new Fault.Disconnect(Link.POSTGRES)),
            new Rate(3, (random, lease) -> new Fault.Disconnect(Link.REDIS)),
            new Rate(8, (random, lease) -> new Fault.LoseAnswers(Link.POSTGRES, ms(random, 50, 600))),
            new Rate(4, (random, lease) -> new Fault.LoseAnswers(Link.REDIS, ms(random, 50, 600))),
            new Rate(1.5, (random, lease) -> new Fault.HarmRedis(RedisHarm.FLUSHALL, Duration.ZERO)),
            new Rate(1, (random, lease) -> new Fault.HarmRedis(RedisHarm.KILL, ms(random, 0, 3_000))),
            new Rate(3, (random, lease) -> new Fault.HarmRedis(RedisHarm.FLUSH_SCRIPTS, Duration.ZERO)),
            new Rate(3, (random, lease) -> new Fault.HarmRedis(RedisHarm.KILL_CLIENTS, Duration.ZERO)),
            new Rate(1, (random, lease) -> new Fault.HarmRedis(RedisHarm.PAUSE, ms(random, 500, 3_000))),
            new Rate(1, (random, lease) -> new Fault.StopPostgres(ms(random, 0, 2_500))),
            new Rate(4, (random, lease) -> new Fault.TerminateSessions(2 + random.nextInt(3))));

    FaultPlan {
        faults = List.copyOf(faults);
    }

    /** How many there are, by kind. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        faults.forEach(planned -> counts.merge(planned.fault().kind(), 1, Integer::sum));
        return counts;
    }

    /** The plan of this seed. */
    static FaultPlan of(long seed, Duration length, Duration lease) {
        List<Planned> faults = new ArrayList<>();
        for (int kind = 0; kind < RATES.size(); kind++) {
            // Of its own for each kind: a change of one rate leaves the moments of the others as they are.
            faults.addAll(ofOneKind(RATES.get(kind), new Random(seed * 1_000_003 + kind), length, lease));
        }
        faults.sort(Comparator.comparing(Planned::at));
        return new FaultPlan(faults);
    }

    private static List<Planned> ofOneKind(Rate rate, RandomGenerator random, Duration length, Duration lease) {
        long count = Math.max(1, Math.round(rate.perMinute * length.toMillis() / 60_000.0));
        List<Planned> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Fault fault = rate.kind.fault(random, lease);
            long room = Math.max(0, length.minus(fault.lasts()).toMillis());
            long at = (long) ((i + random.nextDouble()) / count * room);
            faults.add(new Planned(Duration.ofMillis(at), fault, random.nextInt(1 << 16)));
        }
        return faults;
    }

    private static Duration ms(RandomGenerator random, long least, long most) {
        return Duration.ofMillis(random.nextLong(least, most + 1));
    }

    private static Duration share(RandomGenerator random, Duration lease, double least, double most) {
        return Duration.ofMillis((long) (lease.toMillis() * random.nextDouble(least, most)));
    }
}
