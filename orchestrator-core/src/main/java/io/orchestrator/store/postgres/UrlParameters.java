package io.orchestrator.store.postgres;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What stands behind the question mark of a database URL, by the names of pgjdbc, decoded. */
record UrlParameters(Map<String, String> values) {
    static final UrlParameters NONE = new UrlParameters(Map.of());

    private static final String TARGET = "targetServerType";

    /** People copy URLs from where other clients use them: the names of libpq, and what pgjdbc calls the same. */
    private static final Map<String, String> NAMES_OF_LIBPQ = Map.of(
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "connect_timeout", "connectTimeout",
            "target_session_attrs", TARGET);

    private static final Map<String, String> TARGETS_OF_LIBPQ = Map.of(
            "read-write", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    /** What psql takes beside these. */
    private static final Map<String, String> FOR_LIBPQ = Map.of(
            "ApplicationName", "application_name",
            "channelBinding", "channel_binding",
            "connectTimeout", "connect_timeout",
            "sslmode", "sslmode",
            "sslcert", "sslcert",
            "sslkey", "sslkey",
            "sslrootcert", "sslrootcert",
            "options", "options");

    UrlParameters {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** @throws IllegalArgumentException for a percent sign that escapes nothing */
    static UrlParameters parse(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : query.split("&")) {
            if (part.isEmpty()) {
                continue;
            }
            String[] pair = part.split("=", 2);
            String name = decode(pair[0]);
            String value = pair.length == 2 ? decode(pair[1]) : "";
            String known = NAMES_OF_LIBPQ.getOrDefault(name, name);
            values.put(known, known.equals(TARGET) ? TARGETS_OF_LIBPQ.getOrDefault(value, value) : value);
        }
        return new UrlParameters(values);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    UrlParameters without(String name) {
        Map<String, String> fewer = new LinkedHashMap<>(values);
        fewer.remove(name);
        return new UrlParameters(fewer);
    }

    UrlParameters with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new UrlParameters(more);
    }

    /** With these start-up options before those that are given already: of two for the same setting the last one holds. */
    UrlParameters withOptionsFirst(String options) {
        return with(
                "options", options + value("options").map(given -> " " + given).orElse(""));
    }

    /** Where one of several hosts is the primary, that one is meant unless another is asked for. */
    UrlParameters forSeveralHosts() {
        return values.containsKey(TARGET) ? this : with(TARGET, "primary");
    }

    /** As psql takes them: it refuses what it does not know, and has the schema among its options. */
    UrlParameters forLibpq() {
        Map<String, String> known = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (FOR_LIBPQ.containsKey(name)) {
                known.put(FOR_LIBPQ.getOrDefault(name, name), value);
            }
        });
        UrlParameters all = new UrlParameters(known);
        all = value("currentSchema")
                .map(schema -> new UrlParameters(known).withOptionsFirst("-csearch_path=" + schema))
                .orElse(all);
        return "primary".equals(values.get(TARGET)) ? all.with("target_session_attrs", "read-write") : all;
    }

    /** As the end of a URL: empty, or with its question mark. */
    String text() {
        return values.isEmpty()
                ? ""
                : values.entrySet().stream()
                        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    /** A plus is a plus, as for every client but those of web forms. */
    static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
