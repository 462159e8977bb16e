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
 * @param reading how readers wait
 */
public record RedisSettings(
        String url,
        String keyPrefix,
        int partitions,
        Evicting evicting,
        Duration commandTimeout,
        Duration idempotenceTtl,
        Reading reading) {

    /**
     * How readers wait for what comes.
     *
     * @param blockTime how long one command waits in the server at most, from 1 ms to 60 s; in a cluster with several
     *     partitions at most 200 ms, because only one of them can be waited for at a time
     * @param batchSize how many messages a consumer of the job queue takes at once, 1 to 10,000; workers take as many
     *     tickets as they have free slots
     */
    public record Reading(Duration blockTime, int batchSize) {
        private static final Duration LONGEST = Duration.ofSeconds(60);
        private static final int LARGEST = 10_000;

        public static final Reading DEFAULT = new Reading(LettuceOptions.LONGEST_BLOCK, 16);

        public Reading {
            if (blockTime.toMillis() < 1 || blockTime.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "expected a block time from 1 ms to 60 s, found " + blockTime.toMillis() + " ms");
            }
            if (batchSize < 1 || batchSize > LARGEST) {
                throw new IllegalArgumentException("expected a batch size from 1 to 10000, found " + batchSize);
            }
        }
    }

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
        return new RedisSettings(
                url, "", 1, Evicting.REFUSE, Duration.ofSeconds(3), Duration.ofHours(24), Reading.DEFAULT);
    }

    public RedisSettings withKeyPrefix(String prefix) {
        return new RedisSettings(url, prefix, partitions, evicting, commandTimeout, idempotenceTtl, reading);
    }

    public RedisSettings withPartitions(int count) {
        return new RedisSettings(url, keyPrefix, count, evicting, commandTimeout, idempotenceTtl, reading);
    }

    public RedisSettings withEvicting(Evicting policy) {
        return new RedisSettings(url, keyPrefix, partitions, policy, commandTimeout, idempotenceTtl, reading);
    }

    public RedisSettings withCommandTimeout(Duration timeout) {
        return new RedisSettings(url, keyPrefix, partitions, evicting, timeout, idempotenceTtl, reading);
    }

    public RedisSettings withIdempotenceTtl(Duration ttl) {
        return new RedisSettings(url, keyPrefix, partitions, evicting, commandTimeout, ttl, reading);
    }

    public RedisSettings withBlockTime(Duration blockTime) {
        return withReading(new Reading(blockTime, reading.batchSize()));
    }

    public RedisSettings withBatchSize(int messages) {
        return withReading(new Reading(reading.blockTime(), messages));
    }

    private RedisSettings withReading(Reading how) {
        return new RedisSettings(url, keyPrefix, partitions, evicting, commandTimeout, idempotenceTtl, how);
    }

    /** Without the credentials that the URL may hold. */
    @Override
    public String toString() {
        return "RedisSettings[url=" + RedisUrl.masked(url) + ", keyPrefix=" + keyPrefix + ", partitions=" + partitions
                + ", evicting=" + evicting + ", commandTimeout=" + commandTimeout + ", idempotenceTtl="
                + idempotenceTtl + ", reading=" + reading + "]";
    }
}
