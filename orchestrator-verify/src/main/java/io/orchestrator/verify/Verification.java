package io.orchestrator.verify;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/** A check from the outside: opens its own connection, checks, and closes it. What a command calls. */
public final class Verification {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);

    private Verification() {}

    /**
     * Checks the database at this place.
     *
     * @param jdbcUrl as pgjdbc takes it, without the password
     * @throws VerificationException when the check cannot be made
     */
    public static Report run(
            String jdbcUrl, Optional<String> user, Optional<String> password, Scope scope, Bounds bounds) {
        Properties properties = new Properties();
        user.ifPresent(value -> properties.setProperty("user", value));
        password.ifPresent(value -> properties.setProperty("password", value));
        properties.setProperty("ApplicationName", "orchestrator-verify");
        properties.setProperty("loginTimeout", Long.toString(CONNECT_PATIENCE.toSeconds()));
        try (Connection connection = DriverManager.getConnection(jdbcUrl, properties)) {
            return new Checker(bounds).check(connection, scope);
        } catch (SQLException e) {
            throw new VerificationException("the database could not be reached: " + e.getMessage(), e);
        }
    }
}
