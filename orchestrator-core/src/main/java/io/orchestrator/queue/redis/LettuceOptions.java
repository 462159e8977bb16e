package io.orchestrator.queue.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What every connection has in common. The reasons are failures that were seen, not taste. */
final class LettuceOptions {
    /** The longest that one blocking command waits in the server, so that no loop is deaf for longer. */
    static final Duration LONGEST_BLOCK = Duration.ofSeconds(2);

    /**
     * How much longer than it blocks a blocking command is waited for: otherwise its answer would come when nobody waits
     * for it any more, and the tickets in it be with nobody.
     */
    static final Duration BLOCKING_GRACE = Duration.ofSeconds(5);

    /** More would only queue up in memory while Redis is frozen, to be executed late and for nothing. */
    static final int REQUEST_QUEUE = 1_000;

    private static final Duration DEAD_PEER = Duration.ofSeconds(10);

    private LettuceOptions() {}

    static ClientResources resources() {
        return DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                // The default grows to 30 s, which would be the time to notice that Redis is back.
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(10), Duration.ofSeconds(1), 10, TimeUnit.MILLISECONDS))
                .build();
    }

    /** For a connection that reconnects; while it cannot, commands fail at once instead of being sent again later. */
    static ClientOptions.Builder forCommands(ClientOptions.Builder options, Duration commandTimeout) {
        return common(options, commandTimeout)
                .autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(commandTimeout));
    }

    /** For a connection that is given up after a failure; its user knows how long each command may take. */
    static ClientOptions.Builder forBlocking(ClientOptions.Builder options, Duration commandTimeout) {
        return common(options, commandTimeout)
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build());
    }

    private static ClientOptions.Builder common(ClientOptions.Builder options, Duration commandTimeout) {
        return options.requestQueueSize(REQUEST_QUEUE).socketOptions(socket(commandTimeout));
    }

    private static SocketOptions socket(Duration connectTimeout) {
        SocketOptions.Builder socket = SocketOptions.builder()
                .connectTimeout(connectTimeout)
                .keepAlive(KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(5))
                        .interval(Duration.ofSeconds(3))
                        .count(3)
                        .build());
        if (EpollProvider.isAvailable()) {
            // Keep-alive is silent while data waits to be acknowledged. Only the native transport can set this; without
            // it, giving up a connection after a time-out does the same, a little later.
            socket.tcpUserTimeout(TcpUserTimeoutOptions.builder()
                    .enable()
                    .tcpUserTimeout(DEAD_PEER)
                    .build());
        }
        return socket.build();
    }
}
