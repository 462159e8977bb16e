package io.orchestrator.store.postgres;

import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, before anything else is asked of it, whether a Postgres can be used as it is set up. */
final class PostgresCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCheck.class);

    /** That of Debian 12; the tests run on a newer one. */
    static final int OLDEST_VERSION = 15;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private PostgresCheck() {}

    /**
     * Asks on a connection of its own, which is closed again; within seconds for each host.
     *
     * @param writes whether it has to take writes
     * @throws StoreRefused when it answers and cannot be used: the user, the database, TLS or its version
     * @throws StoreUnavailable when it does not answer, or takes no writes
     */
    static void require(DatabaseUrl url, boolean writes) {
        Properties properties = new Properties();
        url.user().ifPresent(user -> properties.setProperty("user", user));
        url.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "orchestrator");
        properties.setProperty("connectTimeout", String.valueOf(PATIENCE.toSeconds()));
        properties.setProperty("socketTimeout", "10");
        try (Connection connection = DriverManager.getConnection(url.jdbc(), properties);
                Statement statement = connection.createStatement();
                ResultSet answer =
                        statement.executeQuery("SELECT current_setting('server_version_num')::int AS version,"
                                + " current_setting('transaction_read_only')::boolean AS read_only,"
                                + " current_setting('synchronous_commit') AS commits")) {
            answer.next();
            requireVersion(answer.getInt("version"));
            if (writes) {
                requireWrites(answer.getBoolean("read_only"));
                lookAtDurability(url, answer.getString("commits"));
            }
            if (!url.isPooled()) {
                requireOptions(url, properties);
            }
        } catch (SQLException e) {
            throw Failures.noConnection(e, NoConnection.reason(e, PATIENCE));
        }
    }

    private static void requireWrites(boolean readOnly) throws SQLException {
        if (readOnly) {
            throw new SQLException("its transactions are read-only", "25006");
        }
    }

    /** Where no session is the engine's own, it cannot set this. */
    private static void lookAtDurability(DatabaseUrl url, String commits) {
        if (!commits.equals("off")) {
            return;
        }
        String found =
                "synchronous_commit is off for this role or database, and what was committed may be lost with a crash";
        String mending = "ALTER ROLE … SET synchronous_commit = on";
        if (url.isPooled()) {
            throw new StoreRefused(found + ". Set it for the role: " + mending);
        }
        LOG.warn("{}; the sessions of this process have it on. Set it for the role, too: {}", found, mending);
    }

    /** A pooler answers, and refuses the first connection that brings options. */
    private static void requireOptions(DatabaseUrl url, Properties properties) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                url.withOptionsFirst("-c timezone=UTC").jdbc(), properties)) {
            connection.isReadOnly();
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("startup parameter")) {
                throw new StoreRefused(
                        "a pooler answers there, and takes no start-up options (" + e.getMessage()
                                + "). Add pooler=transaction to the options of DATABASE_URL, or name the server itself",
                        e);
            }
            throw e;
        }
    }

    /** {@code number} as Postgres gives it: 150018 is 15.18. */
    static void requireVersion(int number) {
        int major = number / 10_000;
        if (major < OLDEST_VERSION) {
            throw new StoreRefused("this Postgres is version " + major + "." + number % 10_000 + "; expected "
                    + OLDEST_VERSION + " or newer. Upgrade it");
        }
    }
}
