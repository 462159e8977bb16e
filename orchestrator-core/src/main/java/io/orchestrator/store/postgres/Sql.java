package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.store.Unreadable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Statements that are written out, by plain JDBC on the connection of the transaction: jOOQ would parse, bind and map them
 * anew each time, which took half of a worker's processor time. What is put together from tables and conditions is jOOQ's.
 * Errors are jOOQ's all the same.
 */
final class Sql {
    /** Reads one row; the cursor stands on it. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static final String COMMIT = "COMMIT";

    private static final AnswerReader<Boolean> NOTHING = statement -> true;

    private static final OffsetDateTime EARLIEST = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final OffsetDateTime LATEST = OffsetDateTime.of(9999, 12, 31, 23, 59, 59, 0, ZoneOffset.UTC);

    private Sql() {}

    /** Reads the answer to the last statement of what was sent. */
    @FunctionalInterface
    private interface AnswerReader<T> {
        T read(PreparedStatement statement) throws SQLException;
    }

    /** The rows of a query, or of what a change returns. */
    static <T> List<T> fetch(DSLContext dsl, String sql, RowReader<T> reader, @Nullable Object... parameters) {
        return ask(dsl, sql, parameters, statement -> {
            List<T> read = new ArrayList<>();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
            }
            return read;
        });
    }

    /** Runs a change that returns nothing; how many rows it changed. */
    static int execute(DSLContext dsl, String sql, @Nullable Object... parameters) {
        return ask(dsl, sql, parameters, PreparedStatement::getUpdateCount);
    }

    /**
     * Runs a change, or a query for the rows that it locks, before whatever follows in its transaction: a round trip is
     * saved by not asking for its answer. What is wrong with it is told by what follows.
     */
    static void send(DSLContext dsl, String sql, @Nullable Object... parameters) {
        Unsent unsent = Unsent.of(dsl.configuration());
        if (unsent == null) {
            answer(dsl, new Unsent.Message(sql, Arrays.asList(parameters), 0), NOTHING);
            return;
        }
        unsent.add(sql, parameters);
        if (unsent.isFull()) {
            answer(dsl, unsent.take(), NOTHING);
        }
    }

    /** Sends what has been put off. */
    static void sendAll(DSLContext dsl) {
        Unsent unsent = Unsent.of(dsl.configuration());
        if (unsent != null && !unsent.isEmpty()) {
            answer(dsl, unsent.take(), NOTHING);
        }
    }

    /** As {@link #sendAll}, with the end of the transaction. */
    static void sendAllAndCommit(DSLContext dsl) {
        send(dsl, COMMIT);
        sendAll(dsl);
    }

    private static <T> T ask(DSLContext dsl, String sql, @Nullable Object[] parameters, AnswerReader<T> reader) {
        Unsent unsent = Unsent.of(dsl.configuration());
        if (unsent == null) {
            return answer(dsl, new Unsent.Message(sql, Arrays.asList(parameters), 0), reader);
        }
        unsent.add(sql, parameters);
        return answer(dsl, unsent.take(), reader);
    }

    private static <T> T answer(DSLContext dsl, Unsent.Message message, AnswerReader<T> reader) {
        return dsl.connectionResult(connection -> {
            boolean commits = connection.getAutoCommit() || message.text().endsWith(COMMIT);
            try (PreparedStatement statement = prepare(connection, message)) {
                if (commits) {
                    statement.setQueryTimeout(dsl.settings().getQueryTimeout());
                }
                statement.execute();
                for (int i = 0; i < message.before(); i++) {
                    statement.getMoreResults();
                }
                T answer = reader.read(statement);
                if (commits) {
                    Durability.check(statement.getWarnings());
                }
                return answer;
            }
        });
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : inBounds(value);
    }

    /** A sum; what is no number, as only somebody else can have written it, counts as nothing. */
    static BigDecimal money(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null || !isNumber(text) ? BigDecimal.ZERO : new BigDecimal(text);
    }

    /** What a row says was used, for whoever goes on from it; the agent that does so has nothing to do with what stands there. */
    static Usage usage(String what, ResultSet row) throws SQLException {
        long tokens = row.getLong("tokens");
        BigDecimal costUsd = money(row, "cost_usd");
        long toolMs = row.getLong("tool_ms");
        if (tokens < 0 || costUsd.signum() < 0 || toolMs < 0) {
            throw new Unreadable(
                    what,
                    "the row says " + tokens + " tokens, " + costUsd.toPlainString() + " USD and " + toolMs
                            + " ms of tool time, and nothing used is less than 0");
        }
        return new Usage(tokens, costUsd, toolMs);
    }

    /** Whether Postgres' text of a numeric is one: it also has NaN and infinities. */
    static boolean isNumber(String text) {
        return Character.isDigit(text.charAt(text.length() - 1));
    }

    /** Of a column that is never null. */
    static Instant at(ResultSet row, String column) throws SQLException {
        return inBounds(row.getObject(column, OffsetDateTime.class));
    }

    /** As {@link Shown}: what infinity is read as can neither be reckoned with nor written. */
    private static Instant inBounds(OffsetDateTime value) {
        return value.isBefore(EARLIEST)
                ? EARLIEST.toInstant()
                : value.isAfter(LATEST) ? LATEST.toInstant() : value.toInstant();
    }

    /** One column of what is sent as rows, for {@code unnest}. */
    static <T, C> C[] column(List<T> rows, IntFunction<C[]> make, Function<T, @Nullable C> column) {
        return rows.stream().map(column).toArray(make);
    }

    private static PreparedStatement prepare(Connection connection, Unsent.Message message) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(message.text());
        boolean bound = false;
        try {
            int index = 0;
            for (Object parameter : message.parameters()) {
                bind(connection, statement, ++index, parameter);
            }
            bound = true;
            return statement;
        } finally {
            if (!bound) {
                statement.close();
            }
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case String text -> statement.setString(index, text);
            case Integer number -> statement.setInt(index, number);
            case Long number -> statement.setLong(index, number);
            case Boolean flag -> statement.setBoolean(index, flag);
            case BigDecimal number -> statement.setBigDecimal(index, number);
            case OffsetDateTime instant -> statement.setObject(index, instant);
            case byte[] bytes -> statement.setBytes(index, bytes);
            case Object[] array -> statement.setArray(index, connection.createArrayOf(elementType(array), array));
            default ->
                throw new IllegalArgumentException(
                        "no statement takes a " + value.getClass().getName());
        }
    }

    private static String elementType(Object[] array) {
        return switch (array) {
            case String[] ignored -> "text";
            case Integer[] ignored -> "int4";
            case Long[] ignored -> "int8";
            case Double[] ignored -> "float8";
            case Boolean[] ignored -> "bool";
            case BigDecimal[] ignored -> "numeric";
            case OffsetDateTime[] ignored -> "timestamptz";
            case byte[][] ignored -> "bytea";
            default ->
                throw new IllegalArgumentException(
                        "no statement takes a " + array.getClass().getName());
        };
    }
}
