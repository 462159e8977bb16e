package io.orchestrator.lab.chaos;

import io.orchestrator.lab.chaos.Actor.Script;
import io.orchestrator.lab.process.Jvm;
import io.orchestrator.service.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;

/** All processes of the engine, and the supervisor that starts again what has ended. Thread-safe. */
final class Cast implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final String LEASE_OPTION = "--lease";
    private static final Duration CLOCKS_OFF_BY = Duration.ofMinutes(10);

    private final List<Actor> actors = new ArrayList<>();
    private final Map<String, Integer> endedByThemselves = new TreeMap<>();
    private final Loop supervisor = new Loop("chaos-supervisor", this::revive);

    /** One scheduler, one timer service and some workers, each with links of its own. */
    Cast(ChaosSettings settings, Jvm jvm, Scene scene, Supplier<Links> links) {
        String leaseText = settings.lease().toMillis() + "ms";
        add(script(Role.SCHEDULER, 1, jvm, scene, List.of(LEASE_OPTION, leaseText)), links.get());
        add(script(Role.TIMER, 1, jvm, scene, List.of()), links.get());
        for (int i = 1; i <= settings.workers(); i++) {
            List<String> options = List.of(
                    LEASE_OPTION,
                    leaseText,
                    "--slots",
                    String.valueOf(settings.slots()),
                    "--agents",
                    scene.agents().toString());
            add(script(Role.WORKER, i, jvm.withClockOff(clockOff(i)), scene, options), links.get());
        }
    }

    /** The first worker's clock is fast, the second one's slow, and so on: more than any lease, timer or timebox here. */
    private static Duration clockOff(int worker) {
        return switch (worker % 3) {
            case 1 -> CLOCKS_OFF_BY;
            case 2 -> CLOCKS_OFF_BY.negated();
            default -> Duration.ZERO;
        };
    }

    private static Script script(Role role, int number, Jvm jvm, Scene scene, List<String> options) {
        return new Script(role, jvm, scene.logs().resolve(role.command() + "-" + number + ".log"), options);
    }

    private void add(Script script, Links links) {
        actors.add(new Actor(script, links));
    }

    void start() {
        supervisor.start();
    }

    List<Actor> actors() {
        return actors;
    }

    /** Those of a role that can be a victim now. */
    List<Actor> up(Role role) {
        return actors.stream().filter(a -> a.role() == role && a.isUp()).toList();
    }

    /** Lets everybody run and reach the servers again. */
    void heal() {
        actors.forEach(Actor::thaw);
        actors.forEach(actor -> actor.links().heal());
    }

    /** How often a process ended without having been killed, by role and exit code. */
    Map<String, Integer> endedByThemselves() {
        synchronized (endedByThemselves) {
            return Map.copyOf(endedByThemselves);
        }
    }

    private Duration revive() {
        for (Actor actor : actors) {
            OptionalInt exit = actor.revive();
            if (exit.isPresent()) {
                synchronized (endedByThemselves) {
                    String how = actor.role().command() + " with exit code " + exit.getAsInt();
                    endedByThemselves.merge(how, 1, Integer::sum);
                }
            }
        }
        return LOOK;
    }

    @Override
    public void close() {
        supervisor.stop();
        actors.forEach(Actor::close);
    }
}
