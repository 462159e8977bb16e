package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that take places without getting anywhere; the bounds are those of the product, shrunk. */
class FloodIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int PLACES = 20;
    private static final String BEGUN = "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: ";

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<RawHttp> flood = new ArrayList<>();

    @AfterEach
    void stop() {
        released.countDown();
        flood.forEach(RawHttp::close);
    }

    private AllDoors doors(HttpLimits limits) {
        ServerSettings settings = new ServerSettings("127.0.0.1", 0, false, ServerSettings.Probes.onLoopback(), limits);
        return new AllDoors(settings, routes -> {
            routes.get("/poll", ctx -> {
                released.await();
                Answer.json(ctx, 200, Json.EMPTY_OBJECT);
            });
            routes.get("/large", ctx -> ctx.result("x".repeat(64 * 1024 * 1024)));
            routes.post("/take", ctx -> Answer.json(ctx, 200, Requests.json(ctx)));
            routes.get("/stream", ctx -> {
                ctx.res().getOutputStream().print("first");
                ctx.res().flushBuffer();
                released.await();
                ctx.res().getOutputStream().print("last");
            });
        });
    }

    private static HttpLimits limits(int connections, Duration head, Duration body, Duration silence) {
        return new HttpLimits(connections, head, body, silence);
    }

    private void open(String url, int connections, String begun) throws IOException {
        for (int i = 0; i < connections; i++) {
            RawHttp http = new RawHttp(url);
            flood.add(http);
            http.send(begun);
        }
    }

    /** One byte more on each connection; those that were closed are forgotten. */
    private void dribble(String bytes) {
        flood.removeIf(http -> {
            try {
                http.send(bytes);
                return false;
            } catch (IOException closed) {
                http.close();
                return true;
            }
        });
    }

    private static int status(String url, String path) {
        return RawHttp.exchange(url, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false)
                .status();
    }

    @Test
    void heads_that_dribble_hold_no_place_and_probes_are_answered_meanwhile() throws Exception {
        try (AllDoors doors = doors(limits(10 * PLACES, Duration.ofSeconds(2), LONG, LONG))) {
            open(doors.url(), PLACES, BEGUN);
            open(doors.url(), PLACES, "");
            open(doors.url(), PLACES, "\r\n");

            await().atMost(PATIENCE).until(() -> {
                dribble("x");
                assertThat(status(doors.url(), "/livez")).isEqualTo(200);
                assertThat(status(doors.probesUrl(), "/readyz")).isEqualTo(200);
                return flood.isEmpty();
            });
        }
    }

    @Test
    void more_connections_than_there_are_places_keep_nobody_out() throws Exception {
        try (AllDoors doors = doors(limits(PLACES, LONG, LONG, LONG))) {
            open(doors.url(), 3 * PLACES, BEGUN);

            assertThat(status(doors.probesUrl(), "/livez")).isEqualTo(200);
            assertThat(status(doors.url(), "/livez")).isEqualTo(200);
            assertThat(status(doors.url(), "/runs/" + doors.runId())).isEqualTo(200);
        }
    }

    @Test
    void connections_that_are_kept_after_a_request_make_room_for_new_ones() throws Exception {
        try (AllDoors doors = doors(limits(PLACES, LONG, LONG, LONG))) {
            open(doors.url(), 3 * PLACES, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(status(doors.url(), "/livez")).isEqualTo(200);
        }
    }

    @Test
    void probes_are_answered_while_requests_under_way_take_every_place() throws Exception {
        try (AllDoors doors = doors(limits(PLACES, LONG, LONG, LONG))) {
            open(doors.url(), PLACES, "GET /poll HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            open(doors.url(), PLACES, BEGUN);

            for (String path : List.of("/livez", "/readyz", "/metrics", "/status", "/livez/")) {
                assertThat(status(doors.probesUrl(), path)).as(path).isEqualTo(200);
            }

            released.countDown();
            assertThat(status(doors.url(), "/livez")).isEqualTo(200);
        }
    }

    @Test
    void the_place_for_probes_is_for_nothing_else() {
        try (AllDoors doors = doors(HttpLimits.usual())) {
            for (String path :
                    List.of("/runs/" + doors.runId(), "/queues", "/poll", "/", "//livez", "/livez/../queues")) {
                assertThat(status(doors.probesUrl(), path)).as(path).isIn(400, 404);
            }
        }
    }

    @Test
    void polls_streams_and_connections_between_requests_are_spared() throws Exception {
        try (AllDoors doors = doors(limits(PLACES, Duration.ofMillis(500), Duration.ofMillis(500), LONG));
                RawHttp poll = new RawHttp(doors.url());
                RawHttp stream = new RawHttp(doors.url());
                RawHttp kept = new RawHttp(doors.url());
                RawHttp slow = new RawHttp(doors.url())) {
            poll.send(
                    "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                            + "GET /poll HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            stream.send("GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            kept.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
            slow.send(BEGUN);

            // As one that began later is closed by now, all of them were old enough to be.
            await().atMost(PATIENCE).until(() -> slow.read() < 0);
            kept.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            released.countDown();

            assertThat(poll.rest().split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(stream.rest()).contains("first").contains("last");
            assertThat(kept.rest().split("HTTP/1.1 200", -1)).hasSize(3);
        }
    }

    @Test
    void bodies_that_dribble_hold_no_place() throws Exception {
        try (AllDoors doors = doors(limits(10 * PLACES, LONG, Duration.ofSeconds(1), LONG))) {
            open(
                    doors.url(),
                    PLACES,
                    "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n\"");

            await().atMost(PATIENCE).until(() -> {
                // More than the least rate that Jetty asks for.
                dribble("x".repeat(200));
                return flood.isEmpty();
            });
            assertThat(status(doors.url(), "/livez")).isEqualTo(200);
        }
    }

    @Test
    void large_bodies_of_many_clients_do_not_use_up_the_heap() throws Exception {
        long most = Runtime.getRuntime().maxMemory() / 8;
        int part = 500_000;
        String begun =
                "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n\""
                        + "x".repeat(part);
        try (AllDoors doors = doors(HttpLimits.usual())) {
            // Who is refused in the middle of its body may find the connection closed before it has read why.
            boolean isRefused = false;
            for (long held = 0; held < 2 * most && !isRefused; held += 2L * part) {
                RawHttp client = new RawHttp(doors.url());
                flood.add(client);
                isRefused = !client.trySend(begun);
            }
            await().atMost(PATIENCE).until(() -> flood.stream().anyMatch(RawHttp::isAnsweredOrReset));
            String small = "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
            assertThat(RawHttp.exchange(doors.url(), small, false).status()).isEqualTo(200);
            assertThat(status(doors.url(), "/livez")).isEqualTo(200);
        }
    }

    @Test
    void answers_that_are_not_read_hold_no_place() throws Exception {
        try (AllDoors doors = doors(limits(PLACES, LONG, LONG, Duration.ofSeconds(2)));
                RawHttp reader = new RawHttp(doors.url())) {
            reader.send("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            int[] read = {0};

            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
                boolean isClosed = reader.read() < 0;
                read[0]++;
                return isClosed || reader.isReset();
            });
            assertThat(read[0]).isLessThan(64 * 1024 * 1024);
        }
    }
}
