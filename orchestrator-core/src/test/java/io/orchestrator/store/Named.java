package io.orchestrator.store;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Things by their names, in the names' order; asking for one that is not there fails the test. */
public final class Named<T> {
    private final Map<String, T> byName = new TreeMap<>();

    static <T> Named<T> of(Collection<T> things, Function<T, String> name) {
        Named<T> named = new Named<>();
        things.forEach(thing -> named.byName.put(name.apply(thing), thing));
        return named;
    }

    public T get(String name) {
        T found = byName.get(name);
        if (found == null) {
            throw new AssertionError("there is no " + name + ", only " + byName.keySet());
        }
        return found;
    }

    public Collection<T> values() {
        return byName.values();
    }

    public Set<String> names() {
        return byName.keySet();
    }
}
