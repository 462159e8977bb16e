package io.orchestrator.server;

import static io.orchestrator.server.HttpCaller.code;
import static io.orchestrator.server.HttpCaller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.ProcessMetrics;
import io.orchestrator.time.SystemTicks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpsServerIT {
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<Optional<String>> postgres = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> redis = new AtomicReference<>(Optional.empty());
    private final CountDownLatch slowBegun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final OpsServer server = server(ServerSettings.onLoopback(0), routes -> {
        routes.post("/echo", ctx -> Answer.json(ctx, 200, Requests.json(ctx)));
        routes.get("/broken", ctx -> {
            throw new IllegalStateException("secret of the inside");
        });
        routes.get("/slow", ctx -> {
            slowBegun.countDown();
            released.await();
            Answer.json(ctx, 200, Json.EMPTY_OBJECT);
        });
    });
    private HttpCaller http = new HttpCaller("");

    @BeforeEach
    void start() {
        server.start();
        http = new HttpCaller(server.url());
    }

    @AfterEach
    void stop() {
        released.countDown();
        http.close();
        server.close();
    }

    @Test
    void liveness_does_not_depend_on_postgres_and_redis() {
        postgres.set(Optional.of("gone"));
        redis.set(Optional.of("gone"));

        assertThat(http.get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void without_redis_the_service_is_degraded_and_without_postgres_not_ready() {
        assertThat(http.get("/readyz").body())
                .isEqualTo("{\"ready\":true,\"checks\":{\"postgres\":\"ok\",\"redis\":\"ok\"}}");

        redis.set(Optional.of("connection refused"));
        await().untilAsserted(() -> {
            var degraded = http.get("/readyz");
            assertThat(degraded.statusCode()).isEqualTo(200);
            assertThat(degraded.body()).contains("\"redis\":\"degraded: connection refused\"");
        });

        postgres.set(Optional.of("connection refused"));
        await().untilAsserted(() -> {
            var away = http.get("/readyz");
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.body())
                    .startsWith("{\"ready\":false")
                    .contains("\"postgres\":\"away: connection refused\"");
        });
    }

    @Test
    void metrics_are_shown_as_prometheus_reads_them() {
        new EngineMetrics(metrics).claimed(3, 1);
        ProcessMetrics process = ProcessMetrics.bindTo(metrics);

        var response = http.get("/metrics");
        process.close();

        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(response.body())
                .contains("orchestrator_claims_total 3.0", "jvm_memory_used_bytes", "process_uptime_seconds");
    }

    @Test
    void status_says_what_the_process_is_and_does() {
        Json status = json(http.get("/status"));

        assertThat(status.text("role")).contains("worker");
        assertThat(status.text("version")).contains("1.2.3");
        assertThat(status.get("uptimeSeconds")).isPresent();
        assertThat(status.get("details")).contains(Json.object("slots", 4));
        assertThat(status.get("checks").orElseThrow().text("redis")).contains("ok");
    }

    @Test
    void what_does_not_exist_is_told_in_json_with_the_same_headers() {
        var response = http.get("/nowhere");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(code(response)).isEqualTo("not_found");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(response.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void what_goes_wrong_inside_stays_inside() {
        var response = http.get("/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(code(response)).isEqualTo("internal");
        assertThat(response.body()).doesNotContain("secret", "Exception", "io.orchestrator");
    }

    @Test
    void a_body_above_one_mebibyte_is_refused_whether_it_says_its_length_or_not() {
        byte[] body = new byte[(1 << 20) + 1];
        for (var publisher : List.of(
                BodyPublishers.ofByteArray(body), BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body)))) {
            var response = http.send(http.request("/echo")
                    .header("Content-Type", "application/json")
                    .POST(publisher));

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(code(response)).isEqualTo("too_large");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1} x", "{\"a\":1,\"a\":2}"})
    void a_body_that_is_no_json_document_is_refused(String body) {
        var response = http.send(
                http.request("/echo").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("not_json");
    }

    @Test
    void a_form_that_a_browser_sends_unasked_is_refused() {
        var asText = http.send(
                http.request("/echo").header("Content-Type", "text/plain").POST(BodyPublishers.ofString("{}")));
        var fromPage = http.post("/echo", Json.EMPTY_OBJECT, "Origin", "http://evil.example");

        assertThat(asText.statusCode()).isEqualTo(415);
        assertThat(fromPage.statusCode()).isEqualTo(403);
        assertThat(code(fromPage)).isEqualTo("foreign_origin");
    }

    @Test
    void a_name_that_was_made_to_point_here_is_refused_even_for_reading() throws Exception {
        String answer = raw("GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403").contains("foreign_host").doesNotContain("uptime");
    }

    @Test
    void what_is_no_http_is_answered_in_json_too() throws Exception {
        String answer = raw("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 431").contains("{\"error\":{").doesNotContain("org.eclipse", "<html");
    }

    @Test
    void a_port_that_is_taken_is_named() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            OpsServer second = server(ServerSettings.onLoopback(taken.getLocalPort()), routes -> {});

            assertThatThrownBy(second::start)
                    .isInstanceOf(CannotListenException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("in use");
            assertThatThrownBy(second::url).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void an_address_that_others_can_reach_must_be_meant(String host) {
        assertThatThrownBy(() ->
                        server(new ServerSettings(host, 0, false), routes -> {}).start())
                .isInstanceOf(CannotListenException.class)
                .hasMessageContaining(host)
                .hasMessageContaining("127.0.0.1");

        try (OpsServer meant = server(new ServerSettings("0.0.0.0", 0, true), routes -> {})) {
            meant.start();
            int port = URI.create(meant.url()).getPort();
            try (HttpCaller caller = new HttpCaller("http://127.0.0.1:" + port)) {
                assertThat(caller.get("/livez").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_server_can_be_started_again_and_stopped_twice() {
        server.start();
        server.close();
        server.close();
        server.start();

        try (HttpCaller again = new HttpCaller(server.url())) {
            assertThat(again.get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_request_under_way_is_answered_before_the_stop() {
        var answer = new AtomicReference<>(0);
        Thread asking =
                Thread.ofVirtual().start(() -> answer.set(http.get("/slow").statusCode()));
        await().until(() -> slowBegun.getCount() == 0);

        Thread stopping = Thread.ofVirtual().start(server::close);
        await().until(this::refusesConnections);
        released.countDown();

        await().until(() -> !asking.isAlive() && !stopping.isAlive());
        assertThat(answer).hasValue(200);
    }

    private boolean refusesConnections() {
        URI url = http.request("/").build().uri();
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private String raw(String request) throws IOException {
        URI url = URI.create(server.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private OpsServer server(ServerSettings settings, Door door) {
        SystemTicks ticks = new SystemTicks();
        Readiness readiness = new Readiness(
                List.of(Check.required("postgres", postgres::get), Check.optional("redis", redis::get)), ticks);
        return new OpsServer(
                settings,
                readiness,
                metrics,
                Status.of("worker", "1.2.3", ticks, () -> Json.object("slots", 4)),
                List.of(door));
    }
}
