package io.orchestrator.json;

import java.util.Optional;

/**
 * A value that is correct JSON and that cannot be stored and read back: text that is no text, a number, a depth, a name or
 * a size beyond {@link StorageLimits}. Every door refuses what it takes in by this, rather than failing later, in the middle
 * of a transaction, or when it is read.
 *
 * @param pointer where it is; for the name of a field, the field
 * @param found what it is, and which limit it breaks, in words
 */
public record UnstorableValue(JsonPointer pointer, String found) {
    /** Beyond these a place is shortened: that of something far too deep is as long. */
    private static final int LONGEST_PLACE = 200;

    /** The first such value of a document, in the document's order. */
    public static Optional<UnstorableValue> first(Json document) {
        DocumentScan scan = new DocumentScan();
        return scan.firstFault(document.node()).or(() -> tooLong(scan.bytes()));
    }

    private static Optional<UnstorableValue> tooLong(long bytes) {
        return bytes <= StorageLimits.MOST_BYTES
                ? Optional.empty()
                : Optional.of(new UnstorableValue(
                        JsonPointer.ROOT,
                        "%,d bytes of JSON with its numbers written out, where at most %,d can be stored"
                                .formatted(bytes, StorageLimits.MOST_BYTES)));
    }

    /** How long a document is as text in UTF-8 with its numbers written out, as the store gives it back. */
    public static long bytesOf(Json document) {
        DocumentScan scan = new DocumentScan();
        scan.firstFault(document.node());
        return scan.bytes();
    }

    /** What it is and where, for the end of a sentence. */
    public String described() {
        String place = pointer.text();
        if (place.isEmpty()) {
            return found;
        }
        return found + ", at " + (place.length() <= LONGEST_PLACE ? place : place.substring(0, LONGEST_PLACE) + "…");
    }
}
