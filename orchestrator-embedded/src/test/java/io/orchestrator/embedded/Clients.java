package io.orchestrator.embedded;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The least that talks to the servers by the URLs that a stack gives out. */
final class Clients {
    private Clients() {}

    static void execute(String databaseUrl, String sql) {
        try (Connection connection = connect(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    static String query(String databaseUrl, String sql) {
        try (Connection connection = connect(databaseUrl);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    static Connection connect(String databaseUrl) throws SQLException {
        URI url = URI.create(databaseUrl);
        String[] user = url.getUserInfo().split(":");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), user[0], user[1]);
    }

    /** As a client that knows the password, where the URL has one. The answer: a value if it is a bulk string, else its first line as it is. */
    static String redis(String redisUrl, String command) {
        URI url = URI.create(redisUrl);
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            DataInputStream answer = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            if (url.getUserInfo() != null) {
                socket.getOutputStream()
                        .write(("AUTH " + url.getUserInfo().substring(1) + "\r\n").getBytes(StandardCharsets.UTF_8));
                String login = line(answer);
                if (!login.equals("+OK")) {
                    return login;
                }
            }
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            String first = line(answer);
            if (!first.startsWith("$") || first.equals("$-1")) {
                return first;
            }
            byte[] value = answer.readNBytes(Integer.parseInt(first.substring(1)));
            return new String(value, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(DataInputStream answer) throws IOException {
        StringBuilder line = new StringBuilder();
        for (char c = (char) answer.readByte(); c != '\n'; c = (char) answer.readByte()) {
            line.append(c);
        }
        return line.toString().strip();
    }
}
