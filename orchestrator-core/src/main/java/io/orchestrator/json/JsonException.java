package io.orchestrator.json;

/** A text is not JSON, or a document is not of the shape that was asked of it. The message is fit for people. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }

    public JsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
