package io.orchestrator.lab.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An operator's hand on Redis: one command on a connection of its own. Thread-safe. */
record RedisControl(URI url) {
    private static final int TIMEOUT_MS = 2_000;

    /** @throws IOException when Redis is away, or refuses */
    void run(String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            if (url.getUserInfo() != null) {
                ask(
                        socket,
                        answers,
                        "AUTH",
                        url.getUserInfo().substring(url.getUserInfo().indexOf(':') + 1));
            }
            ask(socket, answers, command, "");
        }
    }

    /** {@code secret} is sent behind the command, and not told. */
    private static void ask(Socket socket, BufferedReader answers, String command, String secret) throws IOException {
        socket.getOutputStream().write((command + " " + secret + "\r\n").getBytes(StandardCharsets.UTF_8));
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("-")) {
            throw new IOException("Redis answered " + command + " with " + answer);
        }
    }
}
