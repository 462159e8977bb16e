package io.orchestrator.queue.redis;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.redis.RedisSettings.Evicting;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a server is new enough, and whether it may evict keys. One that does throws away whole streams with their
 * groups under memory pressure, without a sign to those who sent; {@code noeviction} refuses the write instead, which the
 * sender sees.
 *
 * <p>Asks {@code INFO}, which managed servers allow where they forbid {@code CONFIG GET}. Of a cluster, one node is asked.
 */
final class ServerCheck {
    private static final Logger log = LoggerFactory.getLogger(ServerCheck.class);
    private static final String SAFE = "noeviction";

    /** The oldest that the tests run on. */
    private static final int OLDEST_VERSION = 7;

    private final Evicting policy;
    private final String server;

    ServerCheck(Evicting policy, String server) {
        this.policy = policy;
        this.server = server;
    }

    /**
     * Looks at what {@code INFO} answers.
     *
     * @throws EvictingRedis where the server may evict, and that is not to be borne
     * @throws QueueRefused where it is too old
     */
    void check(Supplier<String> answer) {
        Map<String, String> info;
        try {
            info = fields(answer.get());
        } catch (QueueUnavailable e) {
            if (!Replies.refused(e)) {
                throw e;
            }
            log.warn(
                    "Redis at {} does not tell its version and maxmemory-policy ({}). Please make sure that it is 7.0 or"
                            + " newer and that its policy is '{}': with any"
                            + " other one, queued tickets can vanish and wait for being sent again.",
                    server,
                    e.getMessage(),
                    SAFE);
            return;
        }
        requireVersion(info.getOrDefault("redis_version", ""));
        judge(info.getOrDefault("maxmemory_policy", ""), info.getOrDefault("maxmemory", "0"));
    }

    /** What stands behind the first dot does not decide; a server that does not tell its version is believed. */
    private void requireVersion(String version) {
        String major = version.split("\\.", 2)[0];
        if (major.matches("\\d{1,9}") && Integer.parseInt(major) < OLDEST_VERSION) {
            throw new QueueRefused("Redis at " + server + " is version " + version + "; expected " + OLDEST_VERSION
                    + ".0 or newer. Upgrade it");
        }
    }

    private void judge(String found, String maxMemory) {
        if (found.isEmpty()) {
            log.warn("Redis at {} does not tell its maxmemory-policy. Please make sure that it is '{}'.", server, SAFE);
        } else if (!found.toLowerCase(Locale.ROOT).equals(SAFE)) {
            if (maxMemory.equals("0")) {
                log.info(
                        "Redis at {} has maxmemory-policy '{}', which does nothing while maxmemory is 0.",
                        server,
                        found);
            } else if (policy == Evicting.REFUSE) {
                throw new EvictingRedis(explain(found, maxMemory));
            } else {
                log.warn("{}", explain(found, maxMemory));
            }
        }
    }

    private String explain(String found, String maxMemory) {
        return "Redis at " + server + " may evict queued tickets: its maxmemory-policy is '" + found
                + "' and maxmemory is " + maxMemory + " bytes. Expected '" + SAFE
                + "'. Set it with 'CONFIG SET maxmemory-policy " + SAFE + "' and in the server's configuration";
    }

    private static Map<String, String> fields(String info) {
        return info.lines()
                .filter(line -> line.indexOf(':') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (first, second) -> first));
    }
}
