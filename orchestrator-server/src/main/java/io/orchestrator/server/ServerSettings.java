package io.orchestrator.server;

import java.util.List;

/**
 * Where a server listens, and what it bears.
 *
 * @param host a name or address of this machine
 * @param port 0 for any free one
 * @param insecureBind whether an address that other machines can reach is meant, although nobody is asked who they are;
 *     needless where nothing can be changed
 * @param probes where it answers probes besides
 */
public record ServerSettings(String host, int port, boolean insecureBind, Probes probes, HttpLimits limits) {
    /**
     * A second place to listen on, for whoever watches over the process: it has connections and threads of its own, and
     * nothing can be changed there.
     *
     * @param ports to be tried in turn, never empty; 0 for any free one
     */
    public record Probes(String host, List<Integer> ports) {
        public Probes {
            check(host);
            ports = List.copyOf(ports);
            ports.forEach(ServerSettings::check);
        }

        /** For this machine only, on any free port. */
        public static Probes onLoopback() {
            return new Probes(LOOPBACK, List.of(0));
        }
    }

    private static final String LOOPBACK = "127.0.0.1";

    public ServerSettings {
        check(host);
        check(port);
    }

    public ServerSettings(String host, int port, boolean insecureBind) {
        this(host, port, insecureBind, Probes.onLoopback(), HttpLimits.usual());
    }

    /** For this machine only. */
    public static ServerSettings onLoopback(int port) {
        return new ServerSettings(LOOPBACK, port, false);
    }

    private static void check(String host) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host to listen on is a name or an address, found a blank");
        }
    }

    private static void check(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535, found " + port);
        }
    }
}
