package io.orchestrator.embedded;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the servers are started. Ports and settings bind the process that starts the servers; one that joins running
 * servers fails if it asks for a port other than theirs, and its settings wait for the next start. Immutable.
 *
 * @param postgresPort the port of Postgres on 127.0.0.1, 0 for a free one
 * @param redisPort the port of Redis on 127.0.0.1, 0 for a free one
 * @param postgresSettings settings of {@code postgresql.conf} that are added to, or replace, the built-in ones
 * @param startTimeout how long each server, and the wait for another process that is starting them, may take
 * @param stopTimeout how long each server may take to stop in order before it is ended by force
 */
public record Options(
        int postgresPort,
        int redisPort,
        Map<String, String> postgresSettings,
        Duration startTimeout,
        Duration stopTimeout) {
    private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)?");
    /** What the protocol of this package relies on. */
    private static final Set<String> RESERVED = Set.of(
            "port",
            "listen_addresses",
            "unix_socket_directories",
            "data_directory",
            "hba_file",
            "config_file",
            "external_pid_file",
            "log_destination",
            "logging_collector");

    /** @throws IllegalArgumentException if a port, a setting or a duration is out of range */
    public Options {
        requirePort("Postgres", postgresPort);
        requirePort("Redis", redisPort);
        requirePositive("startTimeout", startTimeout);
        requirePositive("stopTimeout", stopTimeout);
        postgresSettings = Map.copyOf(postgresSettings);
        postgresSettings.forEach(Options::requireSetting);
    }

    /** Free ports, no extra settings, a minute to start (crash recovery included), ten seconds to stop. */
    public static Options defaults() {
        return new Options(0, 0, Map.of(), Duration.ofSeconds(60), Duration.ofSeconds(10));
    }

    /** These options with fixed ports; 0 is a free one. */
    public Options withPorts(int postgres, int redis) {
        return new Options(postgres, redis, postgresSettings, startTimeout, stopTimeout);
    }

    /** These options with exactly these extra Postgres settings. */
    public Options withPostgresSettings(Map<String, String> settings) {
        return new Options(postgresPort, redisPort, settings, startTimeout, stopTimeout);
    }

    /** These options with other bounds. */
    public Options withTimeouts(Duration start, Duration stop) {
        return new Options(postgresPort, redisPort, postgresSettings, start, stop);
    }

    private static void requirePort(String server, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "the port of " + server + " must be from 0 (any free port) to 65535, not " + port);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + duration);
        }
    }

    private static void requireSetting(String name, String value) {
        if (!SETTING.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a Postgres setting (lower case)");
        }
        if (RESERVED.contains(name)) {
            throw new IllegalArgumentException("The Postgres setting '" + name + "' is decided by the stack itself");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The value of " + name + " contains a line break or control character");
        }
    }
}
