package io.orchestrator.json;

import java.util.List;

/**
 * Objects that stand one behind another in a text, with nothing but white space between them.
 *
 * @param text as it was read; escapes of halves of surrogate pairs are written out in it
 * @param objects those whose bounds are certain: what follows is another object or the end
 * @param end where the last of them ends, and what could not be read begins
 * @param problem what is wrong there; empty when the text was read to its end
 */
public record JsonSequence(String text, List<Member> objects, int end, String problem) {
    /** An object, and from where to where it stands in the text. */
    public record Member(Json value, int from, int to) {}

    public JsonSequence {
        objects = List.copyOf(objects);
    }

    /** Costs no more than the text's length, whatever stands in it. */
    public static JsonSequence of(String text) {
        return JsonCodec.sequence(text);
    }

    public boolean isComplete() {
        return problem.isEmpty();
    }
}
