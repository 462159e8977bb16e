package io.orchestrator.queue.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What an error of Redis means for the caller: the one table of its codes. What does not stand in it (LOADING, READONLY,
 * CLUSTERDOWN, OOM, BUSY, a lost connection, ...) passes with time, or when the server has room again.
 */
final class RedisErrors {
    private static final String NOT_LET_IN =
            "does not let this program in: %s. Check the user and the password of REDIS_URL (redis://user:password@host)";
    private static final String NOT_ALLOWED =
            "does not allow this user what the queue needs: %s. Allow it all commands on streams, scripts, pub/sub and the"
                    + " connection, the keys {tasks:* and {jobs:*, and the channels hints:* (ACL SETUSER), or name another"
                    + " user in REDIS_URL";

    /** By the words that an error begins with. */
    private static final Map<String, String> BY_CODE = Map.of(
            "WRONGPASS", NOT_LET_IN,
            "NOAUTH", NOT_LET_IN,
            "ERR invalid password", NOT_LET_IN,
            "ERR Client sent AUTH", NOT_LET_IN,
            "ERR AUTH", NOT_LET_IN,
            "NOPERM", NOT_ALLOWED,
            "DENIED", "is in protected mode: %s. Give it a password or an address to listen on",
            "ERR DB index", "has no such database: %s. Correct the number behind the slash of REDIS_URL",
            "ERR SELECT", "has no such database: %s. Correct the number behind the slash of REDIS_URL",
            "ERR unknown command", "lacks a command: %s. Expected Redis 7.0 or newer, with all its commands");

    private RedisErrors() {}

    static String noTls(String reason) {
        return "and this program do not agree on TLS: " + reason
                + ". Use rediss:// where the server speaks TLS and redis://"
                + " where it does not; its certificate has to be one that this Java trusts";
    }

    /** What is wrong and what to do, to stand behind the server's name, where a person has to mend it. */
    static Optional<String> remedy(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof SSLException) {
                return Optional.of(noTls(message));
            }
            if (cause instanceof RedisCommandExecutionException) {
                for (Map.Entry<String, String> known : BY_CODE.entrySet()) {
                    if (message.startsWith(known.getKey())) {
                        return Optional.of(known.getValue().formatted(message));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
