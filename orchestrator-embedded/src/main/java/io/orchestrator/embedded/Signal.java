package io.orchestrator.embedded;

import java.io.IOException;

/** A POSIX signal. Java itself can send only TERM and KILL; Postgres tells its ways to stop apart by INT and QUIT. */
enum Signal {
    INT,
    QUIT,
    TERM,
    KILL;

    /** Sends this signal if the process is still the one that is meant; else does nothing. */
    void send(ProcessIdentity process) {
        if (!process.isAlive()) {
            return;
        }
        // The shell's own kill: minimal images have no kill program.
        ProcessBuilder kill = new ProcessBuilder(
                        "sh", "-c", "kill -s \"$0\" \"$1\" 2>/dev/null", name(), Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            // A failure means that the process has just gone; whoever waits for its end sees that.
            kill.start().onExit().join();
        } catch (IOException e) {
            throw new LocalStackException("Cannot send " + name() + " to process " + process.pid(), e);
        }
    }
}
