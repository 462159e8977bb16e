package io.orchestrator.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How much of a server a client may hold, and for how long.
 *
 * @param connections the most at a time; beyond nine tenths of it those that wait for a request make room, the oldest first
 * @param head the longest that a request's head may take from its first byte on
 * @param body the longest that a request's body may take
 * @param silence the longest that a connection may say nothing, and that a client may read so slowly as not to read
 */
public record HttpLimits(int connections, Duration head, Duration body, Duration silence) {
    private static final int MOST_CONNECTIONS = 10_000;

    public HttpLimits {
        if (connections < 1) {
            throw new IllegalArgumentException("a server has room for one connection at least, found " + connections);
        }
    }

    /** What the parser may keep of a head that is not complete, and some more. */
    private static final int HEAP_A_CONNECTION = 64 * 1024;

    /** Leaves half of the process' file descriptors to its other work, above all to agents and their pipes. */
    public static HttpLimits usual() {
        long most = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 2L * MOST_CONNECTIONS;
        long places = Math.min(most / 2, Runtime.getRuntime().maxMemory() / HEAP_A_CONNECTION);
        int connections = Math.clamp(places, 1, MOST_CONNECTIONS);
        return new HttpLimits(connections, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30));
    }

    /** The same for so many connections. */
    HttpLimits withConnections(int most) {
        return new HttpLimits(most, head, body, silence);
    }
}
