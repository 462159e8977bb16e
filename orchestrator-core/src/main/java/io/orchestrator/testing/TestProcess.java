package io.orchestrator.testing;

import java.time.Duration;
import java.time.Instant;

/** What dies and stands still as one: whatever it has planned happens only while it lives, and late when it stood still. */
final class TestProcess {
    private final String name;
    private final VirtualTime time;
    private boolean alive = true;
    private Instant frozenUntil = Instant.MIN;

    TestProcess(String name, VirtualTime time) {
        this.name = name;
        this.time = time;
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return alive;
    }

    void crash() {
        alive = false;
    }

    void freeze(Duration length) {
        frozenUntil = time.instant().plus(length);
    }

    void after(Duration delay, Runnable action) {
        time.after(delay, () -> act(action));
    }

    private void act(Runnable action) {
        if (!alive) {
            return;
        }
        if (time.instant().isBefore(frozenUntil)) {
            time.at(frozenUntil, () -> act(action));
        } else {
            action.run();
        }
    }
}
