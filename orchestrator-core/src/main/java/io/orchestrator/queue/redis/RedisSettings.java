package io.orchestrator.queue.redis;

import java.time.Duration;

/**
 * How to reach Redis, and how to use it.
 *
 * @param url {@code redis://}, {@code rediss://}, {@code redis-sentinel://host,host/database#master} or
 *     {@code redis-cluster://host:port,host:port}; may hold credentials, which are never shown
 * @param keyPrefix stands before every key, so that several engines can share a server; no braces, may be empty
 * @param partitions into how many hash slots tickets are spread, at least 1; the same for all processes. When it is
 *     lowered, tickets in the partitions that are no longer read are repaired as lost ones are: by sending again
 * @param evicting what to do about a server that may evict keys
 * @param commandTimeout how long one command may take, reads that wait for tickets excepted
 * @param idempotenceTtl how long the job queue remembers an idempotence key
 */
public record RedisSettings(
        String url,
        String keyPrefix,
        int partitions,
        Evicting evicting,
        Duration commandTimeout,
        Duration idempotenceTtl) {

    /** What to do about a Redis that would rather evict keys than refuse a write. */
    public enum Evicting {
        REFUSE,
        WARN
    }

    public RedisSettings {
        if (keyPrefix.indexOf('{') >= 0 || keyPrefix.indexOf('}') >= 0) {
            throw new IllegalArgumentException("the Redis key prefix '" + keyPrefix
                    + "' contains a brace; braces mark the hash slot of a key, please leave them out");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("expected at least 1 queue partition, found " + partitions);
        }
        if (!commandTimeout.isPositive() || !idempotenceTtl.isPositive()) {
            throw new IllegalArgumentException("expected a positive command timeout and idempotence TTL, found "
                    + commandTimeout + " and " + idempotenceTtl);
        }
    }

    /** No prefix, one partition, evicting servers refused, 3 s a command, idempotence keys kept for 24 h. */
    public static RedisSettings of(String url) {
        return new RedisSettings(url, "", 1, Evicting.REFUSE, Duration.ofSeconds(3), Duration.ofHours(24));
    }

    public RedisSettings withKeyPrefix(String prefix) {
        return new RedisSettings(url, prefix, partitions, evicting, commandTimeout, idempotenceTtl);
    }

    public RedisSettings withPartitions(int count) {
        return new RedisSettings(url, keyPrefix, count, evicting, commandTimeout, idempotenceTtl);
    }

    public RedisSettings withEvicting(Evicting policy) {
        return new RedisSettings(url, keyPrefix, partitions, policy, commandTimeout, idempotenceTtl);
    }

    public RedisSettings withCommandTimeout(Duration timeout) {
        return new RedisSettings(url, keyPrefix, partitions, evicting, timeout, idempotenceTtl);
    }

    public RedisSettings withIdempotenceTtl(Duration ttl) {
        return new RedisSettings(url, keyPrefix, partitions, evicting, commandTimeout, ttl);
    }

    /** Without the credentials that the URL may hold. */
    @Override
    public String toString() {
        return "RedisSettings[url=" + RedisUrl.masked(url) + ", keyPrefix=" + keyPrefix + ", partitions=" + partitions
                + ", evicting=" + evicting + ", commandTimeout=" + commandTimeout + ", idempotenceTtl="
                + idempotenceTtl + "]";
    }
}
