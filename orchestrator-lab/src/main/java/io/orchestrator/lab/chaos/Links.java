package io.orchestrator.lab.chaos;

import java.net.URI;
import java.util.EnumMap;
import java.util.Map;

/** One process's own ways to both servers. Thread-safe. */
final class Links implements AutoCloseable {
    private final Map<Link, Proxy> proxies = new EnumMap<>(Link.class);
    private final String databaseUrl;
    private final String redisUrl;

    /** New proxies to these servers of this machine. */
    Links(String databaseUrl, String redisUrl) {
        proxies.put(Link.POSTGRES, Proxy.to(URI.create(databaseUrl).getPort()));
        proxies.put(Link.REDIS, Proxy.to(URI.create(redisUrl).getPort()));
        this.databaseUrl = through(Link.POSTGRES, databaseUrl);
        this.redisUrl = through(Link.REDIS, redisUrl);
    }

    private String through(Link link, String url) {
        String place = "@127.0.0.1:";
        return url.replace(place + URI.create(url).getPort(), place + get(link).port());
    }

    /** The database's URL by way of its proxy. */
    String databaseUrl() {
        return databaseUrl;
    }

    /** The URL of Redis by way of its proxy. */
    String redisUrl() {
        return redisUrl;
    }

    /** As services are told of them. */
    Map<String, String> environment() {
        return Map.of("DATABASE_URL", databaseUrl, "REDIS_URL", redisUrl);
    }

    Proxy get(Link link) {
        Proxy proxy = proxies.get(link);
        if (proxy == null) {
            throw new IllegalStateException("no proxy for " + link);
        }
        return proxy;
    }

    void lose(Proxy.Loss what) {
        proxies.values().forEach(proxy -> proxy.lose(what));
    }

    void heal() {
        proxies.values().forEach(Proxy::heal);
    }

    @Override
    public void close() {
        proxies.values().forEach(Proxy::close);
    }
}
