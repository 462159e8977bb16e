package io.orchestrator.server;

import java.time.Duration;
import java.util.Optional;

/**
 * What is remembered of one connection from look to look, and the judgement whether it may stay. It is told apart by counters
 * alone, so that whoever sends a byte from time to time is not taken for busy. Pure but for its memory; not thread-safe.
 */
final class WatchedConnection {
    /** Below it a client that is behind does not read, whatever it says: one buffer of an answer takes half a minute. */
    static final long LEAST_BYTES_A_SECOND = 1_000;

    private long messages;
    private long bytesAtMessage;
    private Since head = Since.NEVER;
    private Since body = Since.NEVER;
    private Since unread = Since.NEVER;
    private long bytesOutThen;
    private long quietSinceNanos;

    /**
     * A connection as it is at one moment.
     *
     * @param messagesIn heads that are complete
     * @param messagesOut answers that have begun
     * @param isWaiting whether bytes of the client are waited for, for a head or for a body
     * @param isBehind whether an answer waits until the client has read what it has been sent
     */
    record Look(long bytesIn, long bytesOut, long messagesIn, long messagesOut, boolean isWaiting, boolean isBehind) {
        boolean isBetweenRequests() {
            return messagesIn == messagesOut;
        }
    }

    /** Since when something has been so, if it is so. */
    private record Since(boolean isSo, long nanos) {
        static final Since NEVER = new Since(false, 0);

        Since orFrom(long now) {
            return isSo ? this : new Since(true, now);
        }

        boolean isLongerThan(Duration most, long now) {
            return isSo && now - nanos > most.toNanos();
        }
    }

    WatchedConnection(long nowNanos) {
        this.quietSinceNanos = nowNanos;
    }

    /** Why the connection is to be closed; empty where it may stay. */
    Optional<String> judge(Look look, HttpLimits limits, long now) {
        if (look.messagesIn != messages) {
            messages = look.messagesIn;
            bytesAtMessage = look.bytesIn;
            quietSinceNanos = now;
            head = Since.NEVER;
            body = Since.NEVER;
        }
        remember(look, now);
        if (head.isLongerThan(limits.head(), now)) {
            return Optional.of("a request's head was not complete after " + limits.head());
        }
        if (look.isWaiting && body.isLongerThan(limits.body(), now)) {
            return Optional.of("a request's body was not complete after " + limits.body());
        }
        if (unread.isLongerThan(limits.silence(), now) && bytesASecond(look, now) < LEAST_BYTES_A_SECOND) {
            return Optional.of("an answer was read too slowly for " + limits.silence());
        }
        return Optional.empty();
    }

    private void remember(Look look, long now) {
        if (!look.isBetweenRequests()) {
            // What has come of the body belongs to the message that has begun, not to the head of the next one.
            bytesAtMessage = look.bytesIn;
            quietSinceNanos = now;
            body = look.isWaiting ? body.orFrom(now) : body;
        } else {
            body = Since.NEVER;
            head = look.bytesIn > bytesAtMessage ? head.orFrom(now) : head;
        }
        if (!look.isBehind) {
            unread = Since.NEVER;
        } else if (!unread.isSo) {
            unread = unread.orFrom(now);
            bytesOutThen = look.bytesOut;
        }
    }

    private long bytesASecond(Look look, long now) {
        return (look.bytesOut - bytesOutThen)
                / Math.max(1, Duration.ofNanos(now - unread.nanos).toSeconds());
    }

    /** For how long no request has begun or ended; of those that wait for one, the longest makes room first. */
    long quietNanos(long now) {
        return now - quietSinceNanos;
    }

    /** Whether closing it interrupts no request. */
    static boolean isDispensable(Look look) {
        return look.isBetweenRequests() && look.isWaiting;
    }
}
