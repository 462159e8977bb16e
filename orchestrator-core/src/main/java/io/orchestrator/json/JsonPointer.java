package io.orchestrator.json;

/**
 * A place in a document, as RFC 6901 writes it: empty for the whole document, {@code /phases/1/agents/0} for a part.
 * Immutable.
 */
public record JsonPointer(String text) {
    public static final JsonPointer ROOT = new JsonPointer("");

    public JsonPointer child(String name) {
        return new JsonPointer(text + '/' + name.replace("~", "~0").replace("/", "~1"));
    }

    public JsonPointer child(int index) {
        return new JsonPointer(text + '/' + index);
    }

    @Override
    public String toString() {
        return text;
    }
}
