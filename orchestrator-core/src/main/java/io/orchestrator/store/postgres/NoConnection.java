package io.orchestrator.store.postgres;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/** Why a connection to Postgres was not to be had, in words for people: what lies below says it to programmers. */
final class NoConnection {
    private NoConnection() {}

    /**
     * The reason, without a full stop.
     *
     * @param waited how long the pool waits before it gives up
     */
    static String reason(SQLException failure, Duration waited) {
        Throwable root = root(failure);
        String message = String.valueOf(root.getMessage()).strip();
        return switch (root) {
            case UnknownHostException e -> "there is no host '" + message + "'";
            case SocketTimeoutException e -> "no answer in time";
            // The pool's own, which tells of its numbers.
            case SQLTransientConnectionException e
            when message.contains("(total=0,") -> "no answer within " + waited.toSeconds() + " s";
            case SQLTransientConnectionException e
            when message.contains("(total=") ->
                "no connection was free within " + waited.toSeconds() + " s "
                        + message.substring(message.indexOf("(total="));
            default -> message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
        };
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
