package io.orchestrator.queue.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Where Redis is: one server (or the master that sentinels name), or the seeds of a cluster.
 *
 * @param masked the URL as people may see it
 */
record RedisUrl(List<RedisURI> seeds, boolean cluster, String masked) {
    private static final String CLUSTER = "redis-cluster://";
    private static final String CLUSTER_TLS = "rediss-cluster://";

    static RedisUrl parse(String url, Duration commandTimeout) {
        boolean cluster = url.startsWith(CLUSTER) || url.startsWith(CLUSTER_TLS);
        List<RedisURI> seeds = cluster ? clusterSeeds(url) : List.of(parseOne(url, url));
        seeds.forEach(seed -> seed.setTimeout(commandTimeout));
        return new RedisUrl(seeds, cluster, masked(url));
    }

    private static List<RedisURI> clusterSeeds(String url) {
        String scheme = url.startsWith(CLUSTER_TLS) ? "rediss://" : "redis://";
        String rest = url.substring(url.indexOf("://") + 3);
        int at = rest.lastIndexOf('@');
        String credentials = rest.substring(0, at + 1);
        return Arrays.stream(rest.substring(at + 1).split(","))
                .map(host -> parseOne(scheme + credentials + host, url))
                .toList();
    }

    private static RedisURI parseOne(String address, String url) {
        try {
            return RedisURI.create(address);
        } catch (IllegalArgumentException e) {
            throw unusable(url);
        }
    }

    /** Without a cause on purpose: its message would repeat the URL, and with it the password. */
    private static IllegalArgumentException unusable(String url) {
        return new IllegalArgumentException("cannot use the Redis URL " + masked(url)
                + "; expected redis://[user:password@]host:port[/database], rediss://… for TLS,"
                + " redis-sentinel://host:port,host:port[/database]#master or redis-cluster://host:port,host:port");
    }

    /** The URL without credentials and parameters. */
    static String masked(String url) {
        int query = url.indexOf('?');
        String shown = query < 0 ? url : url.substring(0, query) + "?…";
        int start = shown.indexOf("://");
        int at = shown.lastIndexOf('@');
        return start < 0 || at < start ? shown : shown.substring(0, start + 3) + "***" + shown.substring(at);
    }
}
