package io.orchestrator.store.postgres;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
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

    private Sql() {}

    /** The rows of a query, or of what a change returns. */
    static <T> List<T> fetch(DSLContext dsl, String sql, RowReader<T> reader, @Nullable Object... parameters) {
        return dsl.connectionResult(connection -> {
            try (PreparedStatement statement = prepare(connection, sql, parameters);
                    ResultSet rows = statement.executeQuery()) {
                List<T> read = new ArrayList<>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        });
    }

    /** Runs a query for the rows that it locks. */
    static void lock(DSLContext dsl, String sql, @Nullable Object... parameters) {
        dsl.connection(connection -> {
            try (PreparedStatement statement = prepare(connection, sql, parameters)) {
                statement.execute();
            }
        });
    }

    /** Runs a change that returns nothing; how many rows it changed. */
    static int execute(DSLContext dsl, String sql, @Nullable Object... parameters) {
        return dsl.connectionResult(connection -> {
            try (PreparedStatement statement = prepare(connection, sql, parameters)) {
                return statement.executeUpdate();
            }
        });
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    /** Of a column that is never null. */
    static Instant at(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** One column of what is sent as rows, for {@code unnest}. */
    static <T, C> C[] column(List<T> rows, IntFunction<C[]> make, Function<T, @Nullable C> column) {
        return rows.stream().map(column).toArray(make);
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object[] parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        boolean bound = false;
        try {
            for (int i = 0; i < parameters.length; i++) {
                bind(connection, statement, i + 1, parameters[i]);
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
            case Float[] ignored -> "float4";
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
