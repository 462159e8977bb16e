package io.orchestrator.plan;

/**
 * Cuts an array into pieces, one task each.
 *
 * @param over the array: a field of the input ({@code files}), of an upstream output by its full path
 *     ({@code INTAKE.Lister.files}), or by its bare name where a single upstream output has it
 * @param size elements in a piece, at least 1
 */
public record Shard(String over, int size) {
    public Shard {
        if (size < 1) {
            throw new IllegalArgumentException("a shard's size is at least 1, found " + size);
        }
    }

    /** The name under which each task finds its piece in its input. */
    public String fieldName() {
        return over.substring(over.lastIndexOf('.') + 1);
    }
}
