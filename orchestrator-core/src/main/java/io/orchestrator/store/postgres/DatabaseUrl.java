package io.orchestrator.store.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where Postgres is, as {@code postgresql://user:password@host:port/database?option=value}. {@code toString} never shows
 * the password.
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        Optional<String> user,
        Optional<String> password,
        Optional<String> query) {
    private static final int DEFAULT_PORT = 5432;

    public static DatabaseUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text);
        } catch (URISyntaxException e) {
            throw invalid("it is no URL (" + e.getReason() + "; special characters in a password are written %XX)");
        }
        if (uri.getScheme() == null) {
            throw invalid("it does not begin with postgresql://");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw invalid("it begins with '" + uri.getScheme() + "'");
        }
        if (uri.getHost() == null) {
            throw invalid("it names no host");
        }
        String path = Optional.ofNullable(uri.getPath()).orElse("");
        if (path.length() < 2) {
            throw invalid("it names no database");
        }
        Optional<String> userInfo = Optional.ofNullable(uri.getRawUserInfo());
        return new DatabaseUrl(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                path.substring(1),
                userInfo.map(info -> decode(info.split(":", 2)[0])),
                userInfo.filter(info -> info.contains(":")).map(info -> decode(info.split(":", 2)[1])),
                Optional.ofNullable(uri.getRawQuery()));
    }

    /** The same place with another database. */
    public DatabaseUrl withDatabase(String name) {
        return new DatabaseUrl(host, port, name, user, password, query);
    }

    /** As pgjdbc takes it, without user and password. */
    public String jdbc() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database
                + query.map(q -> "?" + q).orElse("");
    }

    /** The whole URL, with its password: for handing to another process, never for a log. */
    public String full() {
        return "postgresql://"
                + user.map(u -> encode(u) + password.map(p -> ":" + encode(p)).orElse("") + "@")
                        .orElse("") + host + ":" + port + "/" + database
                + query.map(q -> "?" + q).orElse("");
    }

    @Override
    public String toString() {
        return "postgresql://"
                + user.map(u -> u + (password.isPresent() ? ":***@" : "@")).orElse("") + host + ":" + port + "/"
                + database;
    }

    private static IllegalArgumentException invalid(String found) {
        return new IllegalArgumentException(
                "DATABASE_URL: expected postgresql://user:password@host:port/database, but " + found);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
