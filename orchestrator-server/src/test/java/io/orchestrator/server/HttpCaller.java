package io.orchestrator.server;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Short words for requests to one server. */
final class HttpCaller implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    HttpCaller(String url) {
        this.url = url;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    HttpResponse<String> post(String path, Json body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("the request was not answered", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test was interrupted", e);
        }
    }

    static Json json(HttpResponse<String> response) {
        return Json.parse(response.body());
    }

    /** What the answer says went wrong, as a word for programs. */
    static String code(HttpResponse<String> response) {
        return json(response).get("error").flatMap(error -> error.text("code")).orElse("");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
