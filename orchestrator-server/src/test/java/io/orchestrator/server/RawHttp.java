package io.orchestrator.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A connection to a server on which the test writes each byte itself, for what no client sends. */
final class RawHttp implements AutoCloseable {
    /** Beyond any wait of the server's own. */
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket;

    /** @param head the status line and the headers, each a line */
    record Reply(List<String> head, String body) {
        int status() {
            return Integer.parseInt(head.getFirst().split(" ")[1]);
        }

        Optional<String> header(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ": ";
            return head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .findFirst();
        }
    }

    RawHttp(String url) {
        URI at = URI.create(url);
        try {
            socket = new Socket(at.getHost(), at.getPort());
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a server answers to these bytes, until it closes or, where told so, the client stops sending. */
    static Reply exchange(String url, String bytes, boolean hangUp) {
        try (RawHttp http = new RawHttp(url)) {
            http.send(bytes);
            if (hangUp) {
                http.socket.shutdownOutput();
            }
            return reply(http.rest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Reply reply(String text) {
        String[] parts = text.split("\r\n\r\n", 2);
        return new Reply(Arrays.asList(parts[0].split("\r\n")), parts.length > 1 ? parts[1] : "");
    }

    /** @throws IOException once the server has closed the connection */
    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** All that comes until the server closes. */
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** One byte; -1 where the server has closed. */
    int read() throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (java.net.SocketException e) {
            return -1;
        }
    }

    /** Whether the other side has given up the connection, whatever of its last bytes is still to be read. */
    boolean isReset() {
        try {
            socket.getOutputStream().write(0);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether all of it was taken. */
    boolean trySend(String bytes) {
        try {
            send(bytes);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Whether something has come that was not read yet, or nothing will come any more. */
    boolean isAnsweredOrReset() {
        try {
            return socket.getInputStream().available() > 0 || isReset();
        } catch (IOException reset) {
            return true;
        }
    }

    /** Closing breaks the connection off, as the end of a process does that has not read all. */
    void resetAtClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
