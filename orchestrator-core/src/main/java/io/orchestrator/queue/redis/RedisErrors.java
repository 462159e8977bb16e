package io.orchestrator.queue.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What an error of Redis means for the caller: the one table of its codes. What does not stand in it (LOADING, CLUSTERDOWN,
 * BUSY, a lost connection, ...) passes with time.
 */
final class RedisErrors {
    private static final String NOT_LET_IN =
            "does not let this program in: %s. Check the user and the password of REDIS_URL (redis://user:password@host)";
    private static final String NOT_ALLOWED =
            "does not allow this user what the queue needs: %s. Allow it all commands on keys, strings, streams, scripts,"
                    + " pub/sub and the connection, the keys {tasks:* and {jobs:*, and the channels hints:* (ACL SETUSER), or name another"
                    + " user in REDIS_URL";

    /** By the words that an error begins with. */
    private static final Map<String, String> BY_CODE = Map.ofEntries(
            Map.entry("WRONGPASS", NOT_LET_IN),
            Map.entry("NOAUTH", NOT_LET_IN),
            Map.entry("ERR invalid password", NOT_LET_IN),
            Map.entry("ERR Client sent AUTH", NOT_LET_IN),
            Map.entry("ERR AUTH", NOT_LET_IN),
            Map.entry("NOPERM", NOT_ALLOWED),
            Map.entry("ERR The user executing the script", NOT_ALLOWED),
            Map.entry("DENIED", "is in protected mode: %s. Give it a password or an address to listen on"),
            Map.entry("ERR DB index", "has no such database: %s. Correct the number behind the slash of REDIS_URL"),
            Map.entry("ERR SELECT", "has no such database: %s. Correct the number behind the slash of REDIS_URL"),
            Map.entry(
                    "ERR unknown command", "lacks a command: %s. Expected Redis 7.0 or newer, with all its commands"));

    /** By which a server says that it answers and takes nothing. */
    private static final Map<String, String> TAKES_NOTHING = Map.of(
            "OOM",
            "takes no tickets, because its memory is full: %s. Give it more (maxmemory), or look what fills it"
                    + " (redis-cli --bigkeys)",
            "READONLY",
            "takes no tickets, because it is a replica: %s. Name its master in REDIS_URL, or the sentinels; if there is no"
                    + " master any more, make this one the master (REPLICAOF NO ONE)",
            "MISCONF",
            "takes no tickets, because it cannot write to its disk: %s. Make room there and see the log of Redis, or switch"
                    + " its snapshots off (CONFIG SET save \"\"), which the engine does not need",
            "NOREPLICAS",
            "takes no tickets, because too few replicas follow it: %s. Bring them back, or lower min-replicas-to-write");

    private RedisErrors() {}

    static String noTls(String reason) {
        return "and this program do not agree on TLS: " + reason
                + ". Use rediss:// where the server speaks TLS and redis://"
                + " where it does not; its certificate has to be one that this Java trusts";
    }

    /** What is wrong and what to do, to stand behind the server's name, where a person has to mend it. */
    static Optional<String> remedy(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return Optional.of(noTls(String.valueOf(cause.getMessage())));
            }
        }
        return among(BY_CODE, failure);
    }

    /** The same where the server answers and takes nothing. */
    static Optional<String> whyNothingIsTaken(Throwable failure) {
        return among(TAKES_NOTHING, failure);
    }

    private static Optional<String> among(Map<String, String> sentences, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException) {
                String message = String.valueOf(cause.getMessage());
                for (Map.Entry<String, String> known : sentences.entrySet()) {
                    if (message.startsWith(known.getKey())) {
                        return Optional.of(known.getValue().formatted(inWords(message)));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Without the script's name that Redis puts behind it, and the full stop of its own. */
    private static String inWords(String message) {
        String words =
                message.replaceFirst("\\s*script: \\w+, on @\\w+:\\d+\\.?$", "").strip();
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }
}
