package io.orchestrator.json;

import java.time.Duration;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;

/**
 * The one definition of what can be stored and read back. Every door asks {@link UnstorableValue} or {@link StorableText},
 * which know no other limits than these; docs/plan-file.md, "What cannot be stored", says the same to users.
 */
public final class StorageLimits {
    /**
     * Digits of a number before its decimal point, and as many behind it, written out without an exponent, as the store
     * gives it back. Every number of type double has room, also with all digits that it stands for.
     */
    public static final int MOST_DIGITS = 1_100;

    /** Arrays and objects within each other. */
    public static final int DEEPEST = 200;

    /** Characters of a field's name. */
    public static final int LONGEST_FIELD_NAME = 4_096;

    /** Bytes of one document as JSON text in UTF-8, its numbers written out. */
    public static final int MOST_BYTES = 8 * 1024 * 1024;

    /** Characters of a name or a key; an index takes 2,704 bytes. */
    public static final int LONGEST_NAME = 500;

    /** Characters that are kept of a message, a reason or an error. */
    public static final int LONGEST_TEXT = 64 * 1024;

    /** Characters of a reason or a name that a person gives for what they do, at every door. */
    public static final int LONGEST_REASON = 1_000;

    /** How far ahead anything may be put off. */
    public static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    /**
     * For what comes in from outside: somewhat more than can be stored, so that it is the definition that refuses, with the
     * place, and little enough that a hostile text costs no more than its length.
     */
    static final StreamReadConstraints AT_THE_DOOR = StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxNumberLength(10_000)
            .maxNameLength(10_000)
            .maxStringLength(64 * 1024 * 1024)
            .maxDocumentLength(256L * 1024 * 1024)
            .build();

    /** For what comes back: with much room for what older versions have let in. */
    static final StreamReadConstraints FROM_THE_STORE = StreamReadConstraints.builder()
            .maxNestingDepth(1_000)
            .maxNumberLength(20_000)
            .maxNameLength(64 * 1024 * 1024)
            .maxStringLength(256 * 1024 * 1024)
            .maxDocumentLength(-1)
            .build();

    /** What could be read can be written. */
    static final StreamWriteConstraints WRITING =
            StreamWriteConstraints.builder().maxNestingDepth(2_000).build();

    private StorageLimits() {}
}
