package io.orchestrator.queue.redis;

import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.redis.RedisSettings.Evicting;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a server may evict keys. One that does throws away whole streams with their groups under memory
 * pressure, without a sign to those who sent; {@code noeviction} refuses the write instead, which the sender sees.
 *
 * <p>Asks {@code INFO memory}, which managed servers allow where they forbid {@code CONFIG GET}. Of a cluster, one node
 * is asked.
 */
final class EvictionCheck {
    private static final Logger log = LoggerFactory.getLogger(EvictionCheck.class);
    private static final String SAFE = "noeviction";

    private final Evicting policy;
    private final String server;

    EvictionCheck(Evicting policy, String server) {
        this.policy = policy;
        this.server = server;
    }

    /** Throws {@link EvictingRedis} where that is the policy; {@code memory} answers {@code INFO memory}. */
    void check(Supplier<String> memory) {
        Map<String, String> info;
        try {
            info = fields(memory.get());
        } catch (QueueUnavailable e) {
            if (!Replies.refused(e)) {
                throw e;
            }
            log.warn(
                    "Redis at {} does not tell its maxmemory-policy ({}). Please make sure that it is '{}': with any"
                            + " other one, queued tickets can vanish and wait for being sent again.",
                    server,
                    e.getMessage(),
                    SAFE);
            return;
        }
        judge(info.getOrDefault("maxmemory_policy", ""), info.getOrDefault("maxmemory", "0"));
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
                + "'. Set it with 'CONFIG SET maxmemory-policy " + SAFE
                + "' and in the server's configuration, or choose the eviction policy WARN to accept lost tickets,"
                + " which are sent again later";
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
