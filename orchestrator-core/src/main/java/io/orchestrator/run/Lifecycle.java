package io.orchestrator.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A declared transition table: from each state, each event leads to at most one state, and what is not declared cannot
 * happen. Immutable.
 */
public final class Lifecycle<S extends Enum<S>, E extends Enum<E>> {
    /** One row of the table. */
    public record Transition<S, E>(S from, E event, S to) {}

    private record Cause<S, E>(S from, E event) {}

    private final Map<Cause<S, E>, Transition<S, E>> table;

    private Lifecycle(Map<Cause<S, E>, Transition<S, E>> table) {
        this.table = Map.copyOf(table);
    }

    /** Where the event leads from this state; empty where it cannot happen. */
    public Optional<S> next(S from, E event) {
        return Optional.ofNullable(table.get(new Cause<>(from, event))).map(Transition::to);
    }

    public boolean allows(S from, S to) {
        return table.values().stream().anyMatch(t -> t.from() == from && t.to() == to);
    }

    /** All rows, in the order of the states. */
    public List<Transition<S, E>> transitions() {
        return table.values().stream()
                .sorted((a, b) -> {
                    int byFrom = a.from().compareTo(b.from());
                    return byFrom != 0 ? byFrom : a.event().compareTo(b.event());
                })
                .toList();
    }

    /** The table as a Mermaid state diagram. */
    public String diagram() {
        return transitions().stream()
                .map(t -> "    " + label(t.from()) + " --> " + label(t.to()) + " : " + label(t.event()))
                .collect(Collectors.joining("\n", "stateDiagram-v2\n", "\n"));
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }

    static <S extends Enum<S>, E extends Enum<E>> Builder<S, E> declare() {
        return new Builder<>();
    }

    static final class Builder<S extends Enum<S>, E extends Enum<E>> {
        private final Map<Cause<S, E>, Transition<S, E>> table = new LinkedHashMap<>();

        Builder<S, E> on(E event, S to, List<S> from) {
            for (S state : new ArrayList<>(from)) {
                Transition<S, E> before = table.put(new Cause<>(state, event), new Transition<>(state, event, to));
                if (before != null) {
                    throw new IllegalStateException(state + " on " + event + " is declared twice");
                }
            }
            return this;
        }

        Lifecycle<S, E> build() {
            return new Lifecycle<>(table);
        }
    }
}
