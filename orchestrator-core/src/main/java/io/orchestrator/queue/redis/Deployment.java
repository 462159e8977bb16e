package io.orchestrator.queue.redis;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * The seam between this package and the ways to run Redis. Each method opens a connection of its own, which may take up
 * to the command timeout, and throws what Lettuce throws.
 */
interface Deployment extends AutoCloseable {
    /** For commands that are answered at once; reconnects by itself, and rejects commands while it cannot. */
    Link commands();

    /** For commands that wait; does not reconnect, so that its user knows when an answer may have been lost. */
    Link blocking();

    /** For subscriptions; reconnects and subscribes again by itself. */
    StatefulRedisPubSubConnection<String, String> pubSub();

    /** Whether all keys are on one server, so that one command may touch several slots. */
    boolean oneServer();

    @Override
    void close();
}
