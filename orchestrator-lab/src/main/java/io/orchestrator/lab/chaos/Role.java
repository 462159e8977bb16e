package io.orchestrator.lab.chaos;

import java.util.Locale;

/** What a process of the engine does. */
enum Role {
    SCHEDULER,
    TIMER,
    WORKER;

    /** The program's command that runs it. */
    String command() {
        return name().toLowerCase(Locale.ROOT);
    }
}
