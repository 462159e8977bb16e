package io.orchestrator.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A proxy in front of a server that counts the bytes it gets and answers each with the same. */
class ProxyIT {
    private final AtomicInteger received = new AtomicInteger();
    private ServerSocket server;
    private Proxy proxy;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::serve);
        proxy = Proxy.to(server.getLocalPort());
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException e) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                received.incrementAndGet();
                socket.getOutputStream().write(b);
            }
        } catch (IOException e) {
            assertThat(e).as("the proxy has closed the connection").isNotNull();
        }
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static int ask(Socket socket, int b) throws IOException {
        socket.getOutputStream().write(b);
        return socket.getInputStream().read();
    }

    @Test
    void passes_on_what_comes_from_both_sides() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
        }
    }

    @Test
    void lost_answers_leave_the_request_carried_out_and_the_connection_closed_afterwards() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
            proxy.lose(Proxy.Loss.ANSWERS);
            socket.getOutputStream().write(8);
            await().until(() -> received.get() == 2);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(20_000);
            proxy.heal();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket socket = connect()) {
            assertThat(ask(socket, 9)).isEqualTo(9);
        }
    }

    @Test
    void a_connection_that_has_lost_nothing_outlives_the_loss() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
            proxy.lose(Proxy.Loss.EVERYTHING);
            proxy.heal();
            assertThat(ask(socket, 8)).isEqualTo(8);
        }
    }

    @Test
    void what_is_sent_while_everything_is_lost_never_arrives() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
            proxy.lose(Proxy.Loss.EVERYTHING);
            socket.getOutputStream().write(8);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(received).hasValue(1);
        }
    }

    @Test
    void a_cut_closes_what_is_open_and_lets_in_what_comes_next() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, 7)).isEqualTo(7);
            proxy.cut();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket socket = connect()) {
            assertThat(ask(socket, 8)).isEqualTo(8);
        }
    }
}
