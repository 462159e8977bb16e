package io.orchestrator.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * A pool of connections and the way to run a transaction on it. Thread-safe.
 *
 * <p>A deadlock or serialization failure is run again up to five times with a random wait, and so is what meets a schema
 * that has just been migrated; a broken connection, or none
 * to be had, is a {@link StoreUnavailable}. Every wait is bounded: connecting, a statement, a socket.
 */
public final class Database implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

    /** Whatever the role's own is. Whoever works on many rows waits less, see {@link #passingOver}. */
    static final Duration LONGEST_WAIT_FOR_A_LOCK = Duration.ofSeconds(5);

    /**
     * Planning a statement anew for each execution takes longer than executing many of them, so that is done once. A plan
     * that was made while a table was almost empty must not read all of it when it has grown: whole tables are not read where
     * there is an index, and rows are joined by {@code x = ANY (ARRAY[y])}, which Postgres cannot turn into a look at every
     * row as it can {@code x = y}. Rows are visited, and so locked, in the order of the index, not of the pages.
     */
    private static final String PLAN_ONCE =
            " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off" + " -c enable_bitmapscan=off -c jit=off";

    private static final Duration STATEMENT = Duration.ofSeconds(30);
    /** A commit that waits for its standby has no time limit of the server's; the driver asks for an end to it. */
    private static final int COMMIT_LONGER_SECONDS = 2;

    private final Durability durability = new Durability();
    private final HikariDataSource pool;
    private final boolean isPooled;
    private final Settings settings;

    /** On a pool of the caller's making, which is closed with it. */
    Database(HikariDataSource pool) {
        this(pool, false, STATEMENT);
    }

    private Database(HikariDataSource pool, boolean isPooled, Duration statementTimeout) {
        this.settings = new Settings()
                .withExecuteLogging(false)
                .withRenderSchema(false)
                .withFetchWarnings(false)
                .withQueryTimeout((int) statementTimeout.toSeconds() + COMMIT_LONGER_SECONDS);
        this.pool = pool;
        this.isPooled = isPooled;
    }

    /** Opens a pool; connections are made when first needed, so this returns whether or not Postgres answers. */
    public static Database open(DatabaseUrl url, String name, int size) {
        return open(url, name, size, STATEMENT);
    }

    /** A pool for renewals: small, and quick to give a connection up, so that one lost packet costs one beat. */
    public static Database openForHeartbeats(DatabaseUrl url, String name) {
        return open(url, name + "-heartbeat", 2, Duration.ofSeconds(4));
    }

    static Database open(DatabaseUrl url, String name, int size, Duration statementTimeout) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl((url.isPooled() ? url : withSettings(url, statementTimeout)).jdbc());
        url.user().ifPresent(config::setUsername);
        url.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(CONNECT_WITHIN.toMillis());
        config.setValidationTimeout(2_000);
        config.setMaxLifetime(Duration.ofMinutes(10).toMillis());
        config.setIdleTimeout(Duration.ofMinutes(5).toMillis());
        config.setKeepaliveTime(Duration.ofMinutes(1).toMillis());
        config.setAutoCommit(true);
        if (!url.isPooled()) {
            config.setConnectionInitSql(Durability.REQUIRE);
        }
        config.addDataSourceProperty("ApplicationName", name);
        config.addDataSourceProperty("connectTimeout", "3");
        config.addDataSourceProperty("socketTimeout", String.valueOf(statementTimeout.toSeconds() + 5));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("cancelSignalTimeout", "3");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        return new Database(new HikariDataSource(config), url.isPooled(), statementTimeout);
    }

    /** Sent when connecting. */
    private static DatabaseUrl withSettings(DatabaseUrl url, Duration statementTimeout) {
        return url.withOptionsFirst("-c statement_timeout=" + statementTimeout.toMillis() + " -c lock_timeout="
                + LONGEST_WAIT_FOR_A_LOCK.toMillis() + " -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
                + PLAN_ONCE);
    }

    DataSource dataSource() {
        return pool;
    }

    /** Runs {@code body} in one transaction and returns its result once that is durable. */
    <T> T transaction(Function<DSLContext, T> body) {
        return persistently(() -> once(body));
    }

    /** As {@link #transaction}, and nothing in it waits longer than this for a row that somebody else holds. */
    <T> T passingOver(Duration longestWait, Function<DSLContext, T> body) {
        return transaction(dsl -> {
            Sql.send(dsl, "SELECT set_config('lock_timeout', ?, true)", String.valueOf(longestWait.toMillis()));
            return body.apply(dsl);
        });
    }

    /** As {@link #transaction} for a body of a single statement, which commits itself: a round trip fewer. */
    <T> T statement(Function<DSLContext, T> body) {
        return persistently(() -> durability.isInDoubt() ? once(body) : alone(body));
    }

    private <T> T alone(Function<DSLContext, T> body) throws SQLException {
        if (isPooled) {
            return once(body);
        }
        try (Connection connection = pool.getConnection()) {
            try {
                return body.apply(DSL.using(connection, SQLDialect.POSTGRES, settings));
            } catch (DataAccessException e) {
                leaveIfItTakesNoWrites(e);
                throw e;
            }
        }
    }

    /** A server that became a standby keeps its connections, all of them; new ones may lead to where the primary is now. */
    private void leaveIfItTakesNoWrites(DataAccessException e) {
        if (SqlStates.of(e.sqlState()) == SqlStates.Meaning.NO_WRITES) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** Something to be tried again where that is safe: it happens wholly or not at all. */
    @FunctionalInterface
    private interface Atomic<T> {
        T run() throws SQLException;
    }

    private <T> T persistently(Atomic<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run();
            } catch (StoreUnavailable e) {
                durability.doubt();
                throw e;
            } catch (DataAccessException e) {
                if (attempt >= triesFor(e.sqlState())) {
                    throw translate(e);
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L << Math.min(attempt, ATTEMPTS)));
            } catch (SQLException e) {
                throw Failures.noConnection(e, NoConnection.reason(e, CONNECT_WITHIN));
            }
        }
    }

    /** After a migration each connection of the pool may be outdated once. */
    private int triesFor(String state) {
        if (SqlStates.outdatedPlan(state)) {
            return ATTEMPTS + pool.getMaximumPoolSize();
        }
        return SqlStates.worthAnotherTry(state) ? ATTEMPTS : 1;
    }

    void inTransaction(Consumer<DSLContext> body) {
        transaction(dsl -> {
            body.accept(dsl);
            return true;
        });
    }

    /** Runs reading statements that all see the same instant, planned for what there is: some read whole tables. */
    <T> T snapshot(Function<DSLContext, T> body) {
        return transaction(dsl -> {
            Sql.send(dsl, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            planForWhatThereIs(dsl);
            return body.apply(dsl);
        });
    }

    /** A transaction whose statements may read whole tables. */
    <T> T housekeeping(Function<DSLContext, T> body) {
        return transaction(dsl -> {
            planForWhatThereIs(dsl);
            return body.apply(dsl);
        });
    }

    private static void planForWhatThereIs(DSLContext dsl) {
        Sql.send(dsl, "SET LOCAL enable_seqscan = on");
        Sql.send(dsl, "SET LOCAL enable_bitmapscan = on");
        Sql.send(dsl, "SET LOCAL plan_cache_mode = auto");
    }

    private <T> T once(Function<DSLContext, T> body) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            boolean committed = false;
            try {
                DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES, settings);
                Unsent.attach(dsl.configuration());
                if (isPooled) {
                    PooledSession.begin(dsl);
                }
                long soFar = durability.soFar();
                T result = body.apply(dsl);
                durability.ask(dsl, soFar);
                Sql.sendAllAndCommit(dsl);
                // Nothing is left to be done; the driver and the pool learn that the transaction has ended.
                connection.commit();
                committed = true;
                durability.settle(soFar);
                return result;
            } catch (DataAccessException e) {
                leaveIfItTakesNoWrites(e);
                throw e;
            } finally {
                if (!committed) {
                    rollback(connection);
                }
            }
        }
    }

    /** A connection that cannot roll back is broken; the pool throws it away, and the first error is the one to tell. */
    private void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            pool.evictConnection(connection);
        }
    }

    /** One statement of its own, committed by itself: a round trip fewer than a transaction. */
    <T> T read(Function<DSLContext, T> body) {
        try {
            return durability.isInDoubt() ? once(body) : alone(body);
        } catch (StoreUnavailable e) {
            durability.doubt();
            throw e;
        } catch (DataAccessException e) {
            throw translate(e);
        } catch (SQLException e) {
            throw Failures.noConnection(e, NoConnection.reason(e, CONNECT_WITHIN));
        }
    }

    /** Whether Postgres answers now; bounded by the connection timeout. */
    public boolean answers() {
        try {
            return read(dsl -> dsl.fetchExists(DSL.selectOne()));
        } catch (StoreUnavailable | HikariPool.PoolInitializationException e) {
            return false;
        }
    }

    /**
     * What keeps Postgres from serving us now, in words. It has to answer, and to find room for a temporary file, because a
     * full disk lets it answer questions while it refuses every write that needs a new page.
     *
     * @throws StoreRefused when it answers and turns us away
     */
    Optional<String> problem() {
        try {
            return transaction(dsl -> {
                dsl.execute("SET LOCAL work_mem = '64kB'");
                dsl.execute(
                        "SELECT count(*) FROM (SELECT n FROM generate_series(1, 20000) AS n ORDER BY n DESC OFFSET 0) s");
                // Needs the table, the right to write to it, and a server that takes writes.
                dsl.execute("SELECT 1 FROM live_tasks WHERE false FOR UPDATE");
                return Optional.empty();
            });
        } catch (StoreRefused e) {
            throw e;
        } catch (StoreUnavailable e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (HikariPool.PoolInitializationException e) {
            return Optional.of("Postgres does not answer: " + e.getMessage());
        }
    }

    private RuntimeException translate(DataAccessException e) {
        if (SqlStates.of(e.sqlState()) == SqlStates.Meaning.AWAY) {
            durability.doubt();
        }
        Throwable cause = e.getCause();
        String reason = cause == null ? "SQLSTATE " + e.sqlState() : String.valueOf(cause.getMessage());
        return Failures.of(e.sqlState(), reason, e).orElse(e);
    }

    @Override
    public void close() {
        pool.close();
    }
}
