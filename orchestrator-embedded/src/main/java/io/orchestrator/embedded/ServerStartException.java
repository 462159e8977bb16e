package io.orchestrator.embedded;

import java.nio.file.Path;

/** A server, or a tool that prepares one, did not start; the end of what it logged is in the message. */
public final class ServerStartException extends LocalStackException {
    private final transient Path log;
    private final String logTail;

    ServerStartException(String server, String failure, Path log, String logTail) {
        super(server + " did not start: " + failure + ". The end of its log (" + log + "):\n"
                + (logTail.isBlank() ? "(empty)" : logTail.strip()));
        this.log = log;
        this.logTail = logTail;
    }

    /** The whole log. */
    public Path log() {
        return log;
    }

    /** What this start wrote to the log, or the last few kilobytes of it. */
    public String logTail() {
        return logTail;
    }
}
