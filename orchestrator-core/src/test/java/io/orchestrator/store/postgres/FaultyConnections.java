package io.orchestrator.store.postgres;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections whose prepared statements pass through planted faults. */
final class FaultyConnections implements DataSource {
    private static final String CONNECTION_FAILURE = "08006";

    private final DataSource real;
    private final List<PlantedFault> faults;

    FaultyConnections(DataSource real, List<PlantedFault> faults) {
        this.real = real;
        this.faults = List.copyOf(faults);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return faulty(real.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return faulty(real.getConnection(user, password));
    }

    private Connection faulty(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (!method.getName().equals("prepareStatement")) {
                return call(connection, method, arguments);
            }
            String sent = (String) arguments[0];
            String sql = sent;
            for (PlantedFault fault : faults) {
                if (fault instanceof PlantedFault.Rewritten rewritten) {
                    sql = rewritten.apply(sql);
                }
            }
            Object[] changed = arguments.clone();
            changed[0] = sql;
            return faulty(
                    connection, (PreparedStatement) Objects.requireNonNull(call(connection, method, changed)), sent);
        });
    }

    private PreparedStatement faulty(Connection connection, PreparedStatement statement, String sql) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            boolean sends = method.getName().startsWith("execute");
            if (sends) {
                breakOff(connection, sql);
            }
            Object result = call(statement, method, arguments);
            if (sends && commitsAfter(sql)) {
                connection.commit();
            }
            return result;
        });
    }

    private void breakOff(Connection connection, String sql) throws SQLException {
        for (PlantedFault fault : faults) {
            if (fault instanceof PlantedFault.BrokenOnceAt broken && broken.isHitBy(sql)) {
                connection.close();
                throw new SQLException("planted: the connection breaks", CONNECTION_FAILURE);
            }
        }
    }

    private boolean commitsAfter(String sql) {
        return faults.stream().anyMatch(f -> f instanceof PlantedFault.CommittedAfter early && early.isHitBy(sql));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(FaultyConnections.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return real.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        real.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        real.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return real.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return real.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return real.isWrapperFor(type);
    }
}
