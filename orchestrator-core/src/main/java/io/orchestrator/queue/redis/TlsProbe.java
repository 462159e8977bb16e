package io.orchestrator.queue.redis;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out, after a connection could not be made, whether only one side speaks TLS: a Redis without it waits for more of what
 * it takes for a command, and one with it hangs up, so both look like outages.
 */
final class TlsProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** The first byte of every alert of TLS. */
    private static final int ALERT = 0x15;

    private final RedisURI server;

    TlsProbe(RedisURI server) {
        this.server = server;
    }

    /** What does not fit, in words; empty where it fits, or nothing can be said. */
    Optional<String> mismatch() {
        if (server.getHost() == null) {
            return Optional.empty(); // sentinels, or a socket
        }
        int first = firstByteOfAnAnswer();
        boolean answersInPlain = first == '+' || first == '-';
        if (server.isSsl() && answersInPlain) {
            return Optional.of("the server answers without TLS");
        }
        return !server.isSsl() && first == ALERT
                ? Optional.of("the server answers with an alert of TLS")
                : Optional.empty();
    }

    /** To a command without TLS; -1 for none. */
    private int firstByteOfAnAnswer() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.connect(
                    new InetSocketAddress(server.getHost(), server.getPort()), Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1; // away, which is known already
        }
    }
}
