package io.orchestrator.lab.chaos;

import io.orchestrator.lab.chaos.Actor.Script;
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

    private final List<Actor> actors = new ArrayList<>();
    private final Map<String, Integer> endedByThemselves = new TreeMap<>();
    private final Loop supervisor = new Loop("chaos-supervisor", this::revive);

    /** One scheduler, one timer service and some workers, each with links of its own. */
    Cast(int workers, int slots, Duration lease, Scene scene, Supplier<Links> links) {
        String leaseText = lease.toMillis() + "ms";
        add(Role.SCHEDULER, 1, scene, links, List.of(LEASE_OPTION, leaseText));
        add(Role.TIMER, 1, scene, links, List.of());
        for (int i = 1; i <= workers; i++) {
            List<String> options = List.of(
                    LEASE_OPTION,
                    leaseText,
                    "--slots",
                    String.valueOf(slots),
                    "--agents",
                    scene.agents().toString());
            add(Role.WORKER, i, scene, links, options);
        }
    }

    private void add(Role role, int number, Scene scene, Supplier<Links> links, List<String> options) {
        String name = role.command() + "-" + number + ".log";
        actors.add(new Actor(new Script(role, scene.logs().resolve(name), options), links.get()));
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
