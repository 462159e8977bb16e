package io.orchestrator.queue.redis;

import io.orchestrator.queue.QueueRefused;

/** The server may evict what is queued, and the settings say that such a server is not to be used. */
public final class EvictingRedis extends QueueRefused {
    private static final long serialVersionUID = 1L;

    EvictingRedis(String message) {
        super(message);
    }
}
