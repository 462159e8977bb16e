package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.orchestrator.json.Json;
import io.orchestrator.server.RawHttp.Reply;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Requests that no library sends: each gets an answer in the doors' own form, and leaves no trace in the log. */
@TestInstance(Lifecycle.PER_CLASS)
class OddRequestsIT {
    private static final String TO = "POST /schedule HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    private static final String JSON = TO + "Content-Type: application/json\r\n";
    private static final String CHUNKED = JSON + "Transfer-Encoding: chunked\r\n\r\n";

    private static final String PREFACE = String.join("\r\n", "PRI * HTTP/2.0", "", "SM", "", "");

    private static final int CLIENTS = 20;

    private final CountDownLatch given = new CountDownLatch(CLIENTS);
    private final AllDoors doors =
            new AllDoors(ServerSettings.onLoopback(0), routes -> routes.get("/large", ctx -> ctx.result(large())));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.list.clear();
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        root().detachAppender(log);
    }

    @AfterAll
    void stop() {
        doors.close();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of("a chunk's length that is no number", CHUNKED + "zz\r\n{}\r\n0\r\n\r\n", 400),
                Arguments.of("a negative chunk", CHUNKED + "-1\r\n{}\r\n0\r\n\r\n", 400),
                Arguments.of("a chunk's length beyond all bounds", CHUNKED + "ffffffffffffffff\r\n{}\r\n", 400),
                Arguments.of("a chunk that is longer than it says", CHUNKED + "1\r\n{}\r\n0\r\n\r\n", 400),
                Arguments.of("chunks that end in the middle", CHUNKED + "20\r\n{}", 400),
                Arguments.of("a body that is shorter than it says", JSON + "Content-Length: 20\r\n\r\n{}", 400),
                Arguments.of("more than is taken", JSON + "Content-Length: 1048577\r\n\r\n", 413),
                Arguments.of(
                        "more than is taken, asked before",
                        JSON + "Content-Length: 1048577\r\nExpect: 100-continue\r\n\r\n",
                        413),
                Arguments.of(
                        "another type, asked before",
                        TO + "Content-Type: text/plain\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
                        415),
                Arguments.of(
                        "an expectation of something else",
                        JSON + "Content-Length: 2\r\nExpect: miracles\r\n\r\n{}",
                        417),
                Arguments.of("a length that is no number", JSON + "Content-Length: 2x\r\n\r\n{}", 400),
                Arguments.of("a negative length", JSON + "Content-Length: -2\r\n\r\n{}", 400),
                Arguments.of("two lengths", JSON + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400),
                Arguments.of("two lengths in one", JSON + "Content-Length: 2, 3\r\n\r\n{} ", 400),
                Arguments.of(
                        "a length and chunks",
                        JSON + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                        400),
                Arguments.of("an encoding that is not chunked", JSON + "Transfer-Encoding: xchunked\r\n\r\n{}", 400),
                Arguments.of(
                        "chunks within chunks", JSON + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
                Arguments.of(
                        "chunks that are not the last",
                        JSON + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
                        400),
                Arguments.of("a space before a colon", JSON + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
                Arguments.of(
                        "a header that goes on in the next line",
                        JSON + "X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
                        400),
                Arguments.of("a NUL in a header", JSON + "Idempotency-Key: a\0b\r\nContent-Length: 2\r\n\r\n{}", 400),
                Arguments.of("no host", "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
                Arguments.of("two hosts", "GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
                Arguments.of(
                        "a key that is no text in UTF-8",
                        JSON + "Idempotency-Key: \u00ff\r\nContent-Length: 2\r\n\r\n{}",
                        400),
                Arguments.of(
                        "two keys",
                        JSON + "Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 2\r\n\r\n{}",
                        400),
                Arguments.of(
                        "a very long address",
                        "GET /runs/" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        414),
                Arguments.of(
                        "very long headers",
                        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
                        431),
                Arguments.of(
                        "an address that is not UTF-8",
                        "GET /runs/%c3%28 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                        400),
                Arguments.of(
                        "a way up",
                        "GET /runs/../livez/%2e%2e/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                        400),
                Arguments.of(
                        "a slash that is none",
                        "GET /runs%2fx HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                        400),
                Arguments.of(
                        "nothing there", "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
                Arguments.of("no HTTP", "hello\r\n\r\n", 400),
                Arguments.of("TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void what_is_odd_is_refused_in_the_doors_own_form(String what, String request, int status) {
        Reply reply = RawHttp.exchange(doors.url(), request, true);

        assertThat(reply.status()).as("%s: %s", what, reply).isEqualTo(status);
        assertThat(reply.header("Content-Type")).contains("application/json");
        Json error = Json.parse(reply.body()).get("error").orElseThrow();
        assertThat(error.text("code")).isPresent();
        assertThat(error.text("message")).isPresent();
        assertThat(reply.body()).doesNotContain("Exception", "org.eclipse", "<html");
        assertThat(reply.header("Server")).isEmpty();
        leftNoTrace();
    }

    /** Closed when it was written, or when writing it was given up. */
    private InputStream large() {
        return new ByteArrayInputStream(new byte[64 * 1024 * 1024]) {
            @Override
            public void close() {
                given.countDown();
            }
        };
    }

    @Test
    void who_goes_away_in_the_middle_leaves_no_trace() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            try (RawHttp reader = new RawHttp(doors.url());
                    RawHttp writer = new RawHttp(doors.url())) {
                reader.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
                writer.send(JSON + "Content-Length: 20\r\n\r\n{");
                assertThat(reader.read()).isEqualTo('H');
                reader.resetAtClose();
                writer.resetAtClose();
            }
        }
        assertThat(given.await(1, TimeUnit.MINUTES)).isTrue();
        Reply alive = RawHttp.exchange(
                doors.url(), "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false);

        assertThat(alive.status()).isEqualTo(200);
        leftNoTrace();
    }

    @Test
    void a_key_in_utf_8_is_the_key_that_is_looked_for() {
        String body = "{\"plan\":{\"phase\":\"P\",\"agents\":[\"A\"]}}";
        Reply made = RawHttp.exchange(
                doors.url(),
                JSON + "Idempotency-Key: k\u00c3\u00a4se\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                false);
        Reply found = RawHttp.exchange(
                doors.url(), "GET /runs?key=k%C3%A4se HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false);

        assertThat(made.status()).isEqualTo(201);
        assertThat(found.status()).isEqualTo(200);
        assertThat(Json.parse(found.body())
                        .text("id")
                        .or(() -> Json.parse(found.body()).text("runId")))
                .isEqualTo(Json.parse(made.body()).text("runId"));
    }

    @Test
    void json_with_parameters_and_what_is_built_on_it_is_taken() {
        String body = "{\"plan\":{\"phase\":\"P\",\"agents\":[\"A\"]}}";
        for (String type : new String[] {
            "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "application/vnd.orchestrator+json"
        }) {
            Reply reply = RawHttp.exchange(
                    doors.url(),
                    TO + "Content-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                    false);
            assertThat(reply.status()).as(type).isEqualTo(201);
        }
    }

    @Test
    void who_asks_before_sending_is_told_to_go_on() throws Exception {
        String body = "{\"plan\":{\"phase\":\"P\",\"agents\":[\"A\"]}}";
        try (RawHttp http = new RawHttp(doors.url())) {
            http.send(JSON + "Content-Length: " + body.length() + "\r\nExpect: 100-continue\r\n\r\n");
            StringBuilder goOn = new StringBuilder();
            while (goOn.indexOf("\r\n\r\n") < 0) {
                goOn.append((char) http.read());
            }
            http.send(body);

            assertThat(goOn).startsWith("HTTP/1.1 100");
            assertThat(RawHttp.reply(http.rest()).status()).isEqualTo(201);
        }
    }

    @Test
    void http_2_is_not_spoken_and_its_offer_is_passed_over() {
        Reply preface = RawHttp.exchange(doors.url(), PREFACE, true);
        assertThat(preface.status()).isEqualTo(426);

        Reply reply = RawHttp.exchange(
                doors.url(),
                String.join(
                        "\r\n",
                        "GET /livez HTTP/1.1",
                        "Host: localhost",
                        "Connection: close, Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAAP__",
                        "",
                        ""),
                false);

        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void requests_that_are_sent_ahead_are_answered_in_their_order() {
        String ask = "GET /runs/" + doors.runId() + "/events?after=";
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            requests.append(ask).append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        requests.append("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        String answers =
                RawHttp.exchange(doors.url(), requests.toString(), false).body();

        assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(101);
        assertThat(answers).endsWith("{\"alive\":true}");
    }

    private void leftNoTrace() {
        assertThat(log.list)
                .filteredOn(event ->
                        event.getThrowableProxy() != null || event.getLevel().isGreaterOrEqual(Level.ERROR))
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .isEmpty();
    }
}
