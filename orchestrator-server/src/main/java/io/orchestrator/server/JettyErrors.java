package io.orchestrator.server;

import io.orchestrator.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers what never reaches a door, such as headers that are no HTTP, in the same shape as the doors do. */
final class JettyErrors extends ErrorHandler {
    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            String message,
            @Nullable Throwable cause,
            Callback callback) {
        Http.HEADERS.forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Answer.JSON);
        response.write(true, body(code), callback);
    }

    /** The reason is left out: it may quote the request. */
    private static ByteBuffer body(int status) {
        Json document = Answer.errorDocument("http_" + status, HttpStatus.getMessage(status));
        return ByteBuffer.wrap(document.toString().getBytes(StandardCharsets.UTF_8));
    }
}
