package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.server.RawHttp.Reply;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every route, those included that are made tomorrow. */
@TestInstance(Lifecycle.PER_CLASS)
class EveryRouteIT {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND", "ODD");

    private final AllDoors doors = new AllDoors(ServerSettings.onLoopback(0));

    @AfterAll
    void stop() {
        doors.close();
    }

    Stream<Routes.Route> gets() {
        return doors.routes().stream().filter(route -> route.method().equals("GET"));
    }

    Stream<Routes.Route> posts() {
        return doors.routes().stream().filter(route -> route.method().equals("POST"));
    }

    Stream<Routes.Route> withParameters() {
        return doors.routes().stream().filter(route -> route.path().contains("{"));
    }

    Stream<String> paths() {
        return doors.routes().stream().map(Routes.Route::path).distinct();
    }

    private Reply ask(String method, String path, String... headers) {
        String lines = Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
        return RawHttp.exchange(
                doors.url(),
                method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lines + "\r\n",
                false);
    }

    private static Set<String> headers(Reply reply) {
        return reply.head().stream()
                .filter(line -> !line.startsWith("Date:") && !line.startsWith("Transfer-Encoding:"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String code(Reply reply) {
        assertThat(reply.header("Content-Type")).as("%s", reply).contains("application/json");
        assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
        return Json.parse(reply.body())
                .get("error")
                .flatMap(error -> error.text("code"))
                .orElse("");
    }

    @Test
    void all_doors_are_here() {
        assertThat(doors.routes().stream().map(Routes.Route::path))
                .contains(
                        "/livez",
                        "/schedule",
                        "/runs/{id}/events",
                        "/tasks/{id}/logs",
                        "/runs/{id}/phases/{phase}/decide",
                        "/queues/{lane}/pause");
    }

    @ParameterizedTest
    @MethodSource("gets")
    void head_is_answered_as_get_is_but_for_the_body(Routes.Route route) {
        String path = doors.pathOf(route);
        Reply get = ask("GET", path);
        Reply head = ask("HEAD", path);

        assertThat(get.status()).isEqualTo(200);
        assertThat(get.body()).isNotEmpty();
        assertThat(head.body()).isEmpty();
        if (route.path().equals("/metrics")) {
            assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
        } else {
            assertThat(headers(head)).isEqualTo(headers(get));
        }
    }

    @ParameterizedTest
    @MethodSource("gets")
    void head_of_what_is_not_there_says_so(Routes.Route route) {
        if (!route.path().contains("{")) {
            return;
        }
        Reply head = ask("HEAD", route.path().replaceAll("\\{[^}]*}", "no-such-thing"));

        assertThat(head.status()).isEqualTo(404);
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void another_method_is_told_which_ones_there_are(String path) {
        Set<String> allowed = doors.routes().stream()
                .filter(route -> route.path().equals(path))
                .map(Routes.Route::method)
                .collect(Collectors.toCollection(TreeSet::new));
        allowed.add("OPTIONS");
        String asked = path.replaceAll("\\{[^}]*}", "x");

        for (String method : METHODS) {
            if (!allowed.contains(method)) {
                Reply reply = ask(method, asked);
                assertThat(reply.status()).as("%s %s", method, path).isEqualTo(405);
                assertThat(reply.header("Allow")).contains(String.join(", ", allowed));
                assertThat(method.equals("HEAD") ? "method_not_allowed" : code(reply))
                        .isEqualTo("method_not_allowed");
            }
        }
        Reply options = ask("OPTIONS", asked);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).contains(String.join(", ", allowed));
        assertThat(options.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("gets")
    void a_slash_at_the_end_and_another_taste_in_answers_change_nothing(Routes.Route route) {
        String path = doors.pathOf(route);
        String withSlash = path.contains("?") ? path.replace("?", "/?") : path + '/';

        assertThat(ask("GET", withSlash).status()).isEqualTo(200);
        assertThat(ask("GET", path, "Accept: text/html").header("Content-Type"))
                .isEqualTo(ask("GET", path).header("Content-Type"));
    }

    @ParameterizedTest
    @MethodSource("withParameters")
    void what_cannot_be_stored_is_refused_in_the_path(Routes.Route route) {
        for (String bad : List.of("%00", "a%00b", "%ED%A0%80", "%ff", "%zz", "%", "x".repeat(501))) {
            Reply reply = ask(route.method(), route.path().replaceAll("\\{[^}]*}", bad));

            assertThat(reply.status())
                    .as("%s %s with %s", route.method(), route.path(), bad)
                    .isEqualTo(400);
            assertThat(reply.body()).doesNotContainIgnoringCase("postgres", "sql", "UTF8", "exception", "org.eclipse");
        }
    }

    @ParameterizedTest
    @MethodSource("gets")
    void what_cannot_be_stored_or_understood_is_refused_in_the_query(Routes.Route route) {
        String path = doors.pathOf(route).replaceAll("\\?.*", "");
        for (String query : List.of("key=%00", "a=1&a=2", "%00=1", "after=%ff", "after=%zz", "after=%")) {
            Reply reply = ask("GET", path + '?' + query);

            assertThat(reply.status()).as("%s with %s", path, query).isEqualTo(400);
            assertThat(code(reply)).isIn("invalid_request", "http_400");
        }
    }

    @ParameterizedTest
    @MethodSource("posts")
    void a_body_of_another_type_is_refused_where_a_body_is_read(Routes.Route route) {
        if (route.path().endsWith("/resume")) {
            return;
        }
        for (String type : List.of(
                "application/jsonx", "text/json", "application/json, text/plain", "text/plain; x=application/json")) {
            assertThat(post(route, type, "{}").status())
                    .as("%s as %s", route.path(), type)
                    .isEqualTo(415);
        }
    }

    @ParameterizedTest
    @MethodSource("posts")
    void a_body_is_never_the_reason_for_a_fault_inside(Routes.Route route) {
        for (String body : List.of(
                "[]",
                "5",
                "null",
                "\"x\"",
                "{\"reason\":5}",
                "{\"reason\":{}}",
                "{\"reason\":\"a\\u0000b\"}",
                "{\"reason\":\"\\ud800\"}",
                "{\"decision\":\"accept\",\"by\":\"\\u0000\"}",
                "{\"decision\":5}",
                "{\"decision\":\"accept\",\"reason\":[]}",
                "{\"\\u0000\":1}",
                "{\"plan\":5,\"ctx\":5}",
                "{\"plan\":null}",
                "{\"plan\":{\"phase\":\"P\",\"agents\":[\"A\\u0000\"]}}",
                "{\"plan\":{\"phase\":\"P\",\"agents\":[\"A\"]},\"ctx\":{\"run_id\":\"\\u0000\"}}",
                "[".repeat(100_000))) {
            Reply reply = post(route, "application/json", body);

            if (!route.path().endsWith("/resume")) {
                assertThat(reply.status())
                        .as("%s with %.80s: %s", route.path(), body, reply.body())
                        .isEqualTo(400);
                assertThat(code(reply)).isNotEmpty();
            }
        }
    }

    private Reply post(Routes.Route route, String type, String body) {
        return RawHttp.exchange(
                doors.url(),
                "POST " + doors.pathOf(route) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                        + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                false);
    }
}
