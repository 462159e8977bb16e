package io.orchestrator.server;

/**
 * Where a server listens.
 *
 * @param host a name or address of this machine
 * @param port 0 for any free one
 * @param insecureBind whether an address that other machines can reach is meant, although nobody is asked who they are;
 *     needless where nothing can be changed
 */
public record ServerSettings(String host, int port, boolean insecureBind) {
    public ServerSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host to listen on is a name or an address, found a blank");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535, found " + port);
        }
    }

    /** For this machine only. */
    public static ServerSettings onLoopback(int port) {
        return new ServerSettings("127.0.0.1", port, false);
    }
}
