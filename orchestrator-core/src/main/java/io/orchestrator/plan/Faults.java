package io.orchestrator.plan;

import io.orchestrator.json.JsonPointer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gathers what is wrong with one document, so that its author sees everything at once. Keeps {@value #MOST} at most: a
 * hostile document could hold a hundred thousand, and nobody reads them. Not thread-safe.
 */
final class Faults {
    static final int MOST = 100;

    private final List<PlanFault> faults = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    void add(JsonPointer at, String found, String expected) {
        add(at, found, () -> expected);
    }

    /** The same finding at the same place is one fault, however many rules it breaks; the first rule explains it. */
    void add(JsonPointer at, String found, Supplier<String> expected) {
        if (faults.size() < MOST && known.add(at.text() + ' ' + found)) {
            faults.add(new PlanFault(at.text(), found, expected.get()));
        }
    }

    List<PlanFault> list() {
        return List.copyOf(faults);
    }

    void refuse(Function<List<PlanFault>, ? extends InvalidDocumentException> refusal) {
        if (!faults.isEmpty()) {
            throw refusal.apply(list());
        }
    }
}
