package io.orchestrator.embedded;

/** A server was to listen on a certain port, and another program listens there already. */
public final class PortInUseException extends LocalStackException {
    private final int port;

    PortInUseException(String server, int port) {
        super("Cannot start " + server + ": port " + port + " on 127.0.0.1 is used by another program."
                + " Stop that program, or choose another port (0 takes any free one).");
        this.port = port;
    }

    /** The port that is taken. */
    public int port() {
        return port;
    }
}
