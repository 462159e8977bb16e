package io.orchestrator.store.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where Postgres is, as {@code postgresql://user:password@host:port,host:port/database?option=value}. {@code toString} never
 * shows the password.
 *
 * @param hosts at least one; of several, the one that is the primary is meant
 */
public record DatabaseUrl(
        List<Host> hosts, String database, Optional<String> user, Optional<String> password, UrlParameters parameters) {
    private static final String POOLER = "pooler";
    private static final String PER_TRANSACTION = "transaction";
    private static final int DEFAULT_PORT = 5432;
    private static final int LARGEST_PORT = 65_535;

    /** Up to the last @ before a slash: a password may hold one, though it should be written %40. */
    private static final Pattern PARTS =
            Pattern.compile("(?:(?<login>[^/?#]*)@)?(?<hosts>[^/?#@]*)(?:/(?<database>[^?#]*))?(?:\\?(?<query>.*))?");

    private static final Pattern HOST =
            Pattern.compile("(?<name>\\[[0-9a-fA-F:.%]+\\]|[^:\\[\\]]*)(?::(?<port>\\d*))?");

    /** One server; an IPv6 address stands in its brackets. */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return name + ":" + port;
        }
    }

    public DatabaseUrl {
        hosts = List.copyOf(hosts);
    }

    /** A place on one server. */
    public DatabaseUrl(
            String host,
            int port,
            String database,
            Optional<String> user,
            Optional<String> password,
            Optional<String> query) {
        this(
                List.of(new Host(host, port)),
                database,
                user,
                password,
                query.map(UrlParameters::parse).orElse(UrlParameters.NONE));
    }

    /**
     * Reads a URL of one or several hosts.
     *
     * @throws IllegalArgumentException which says what is wrong, and never shows a part that may be a password
     */
    public static DatabaseUrl parse(String text) {
        try {
            return parts(text);
        } catch (IllegalEscape e) {
            throw invalid("it has a % that is no escape (a % itself is written %25)");
        }
    }

    private static DatabaseUrl parts(String text) {
        Matcher parts = PARTS.matcher(withoutScheme(text));
        if (!parts.matches()) {
            throw invalid("it is no URL (special characters in a password are written %XX)");
        }
        List<Host> hosts = hosts(Optional.ofNullable(parts.group("hosts")).orElse(""));
        String database = decode(Optional.ofNullable(parts.group("database")).orElse(""));
        if (database.contains("@")) {
            throw invalid("a / stands in its user or password (it is written %2F there, a ? %3F and a # %23)");
        }
        if (database.isEmpty()) {
            throw invalid("it names no database");
        }
        UrlParameters parameters = Optional.ofNullable(parts.group("query"))
                .map(DatabaseUrl::parameters)
                .orElse(UrlParameters.NONE);
        Optional<String> login = Optional.ofNullable(parts.group("login"));
        Optional<String> user = login.map(info -> decode(info.split(":", 2)[0])).filter(name -> !name.isEmpty());
        Optional<String> password = login.filter(info -> info.contains(":")).map(info -> decode(info.split(":", 2)[1]));
        refuseWhatNoPoolerTakes(parameters);
        return new DatabaseUrl(
                hosts,
                database,
                user.or(() -> parameters.value("user")),
                password.or(() -> parameters.value("password")),
                parameters.without("user").without("password"));
    }

    /** A session behind a pooler is somebody else's with the next transaction. */
    private static void refuseWhatNoPoolerTakes(UrlParameters parameters) {
        parameters.value(POOLER).ifPresent(mode -> {
            if (!mode.equals(PER_TRANSACTION)) {
                throw invalid("its pooler is '" + mode + "': expected pooler=transaction, or no such parameter");
            }
            if (parameters.value("currentSchema").isPresent()
                    || parameters.value("options").isPresent()) {
                throw invalid("a pooler takes neither currentSchema nor options: set them for the role"
                        + " (ALTER ROLE … SET search_path = …)");
            }
        });
    }

    /** Whether a pooler stands before the server that gives each transaction a session of its choice. */
    boolean isPooled() {
        return parameters.value(POOLER).isPresent();
    }

    private static String withoutScheme(String text) {
        String url = text.strip();
        url = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        int colon = url.indexOf("://");
        if (colon < 0) {
            throw invalid("it does not begin with postgresql://");
        }
        String scheme = url.substring(0, colon);
        if (!scheme.equals("postgresql") && !scheme.equals("postgres")) {
            throw invalid("it begins with '" + scheme + "'");
        }
        return url.substring(colon + "://".length());
    }

    private static List<Host> hosts(String text) {
        List<Host> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            if (one.regionMatches(true, 0, "%2F", 0, 3) || text.isEmpty()) {
                throw invalid("it names no host (Java does not use Unix sockets; name a host such as 127.0.0.1)");
            }
            Matcher host = HOST.matcher(one);
            if (!host.matches()) {
                // Not shown: with a slash in the password, that is what stands here.
                throw invalid("what stands before the database is no host:port (an IPv6 address stands in [brackets],"
                        + " special characters in a password are written %XX)");
            }
            String name = String.valueOf(host.group("name"));
            if (name.isEmpty()) {
                throw invalid("it names no host");
            }
            hosts.add(
                    new Host(name, port(Optional.ofNullable(host.group("port")).orElse(""))));
        }
        return hosts;
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        int port = text.length() > 5 ? LARGEST_PORT + 1 : Integer.parseInt(text);
        if (port < 1 || port > LARGEST_PORT) {
            throw invalid("its port is no number from 1 to " + LARGEST_PORT);
        }
        return port;
    }

    private static UrlParameters parameters(String query) {
        try {
            return UrlParameters.parse(query);
        } catch (IllegalArgumentException e) {
            throw new IllegalEscape(e);
        }
    }

    /** The first host. */
    public String host() {
        return hosts.getFirst().name();
    }

    /** The port of the first host. */
    public int port() {
        return hosts.getFirst().port();
    }

    /** The parameters as they stand behind the question mark. */
    public Optional<String> query() {
        return Optional.of(parameters.text()).filter(text -> !text.isEmpty()).map(text -> text.substring(1));
    }

    /** The schema that is asked for; else the user's own way to find one decides. */
    Optional<String> schema() {
        return parameters
                .value("currentSchema")
                .map(list -> list.split(",")[0].strip().replace("\"", ""))
                .filter(name -> !name.isEmpty());
    }

    /** The same place with another database. */
    public DatabaseUrl withDatabase(String name) {
        return new DatabaseUrl(hosts, name, user, password, parameters);
    }

    /** The same place with start-up options of the engine, which those of the URL may still change. */
    DatabaseUrl withOptionsFirst(String options) {
        return new DatabaseUrl(hosts, database, user, password, parameters.withOptionsFirst(options));
    }

    /** As pgjdbc takes it, without user and password. */
    public String jdbc() {
        UrlParameters known = isPooled() ? parameters.without(POOLER).with("prepareThreshold", "0") : parameters;
        return "jdbc:postgresql://" + places() + "/" + UrlParameters.encode(database)
                + (hosts.size() > 1 ? known.forSeveralHosts() : known).text();
    }

    /** The whole URL, with its password: for handing to another process, never for a log. */
    public String full() {
        return "postgresql://"
                + user.map(u -> UrlParameters.encode(u)
                                + password.map(p -> ":" + UrlParameters.encode(p))
                                        .orElse("") + "@")
                        .orElse("")
                + places() + "/" + UrlParameters.encode(database) + parameters.text();
    }

    /** As psql takes it, without the password, which other users of the machine could read in the list of processes. */
    public String libpq() {
        UrlParameters all = hosts.size() > 1 ? parameters.forSeveralHosts() : parameters;
        return "postgresql://" + user.map(u -> UrlParameters.encode(u) + "@").orElse("") + places() + "/"
                + UrlParameters.encode(database) + all.forLibpq().text();
    }

    private String places() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return "postgresql://"
                + user.map(u -> u + (password.isPresent() ? ":***@" : "@")).orElse("") + places() + "/" + database;
    }

    private static IllegalArgumentException invalid(String found) {
        return new IllegalArgumentException(
                "DATABASE_URL: expected postgresql://user:password@host:port/database, but " + found);
    }

    private static String decode(String text) {
        try {
            return UrlParameters.decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalEscape(e);
        }
    }

    /** Its cause repeats what could not be decoded, so neither leaves this class. */
    private static final class IllegalEscape extends RuntimeException {
        private static final long serialVersionUID = 1L;

        IllegalEscape(Throwable cause) {
            super(cause);
        }
    }
}
