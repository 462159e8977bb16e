package io.orchestrator.store.postgres;

import io.orchestrator.store.Unreadable;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A value of a row that may be unreadable. The row is there all the same: only whoever asks for the value learns of it.
 * Immutable.
 */
sealed interface Stored<T> {
    /** The value. @throws Unreadable when it cannot be read */
    T get();

    /** Reads now what is to be had now; what cannot be read is told later, to whoever asks. */
    static <T> Stored<T> reading(Supplier<T> reader) {
        try {
            return new Sound<>(reader.get());
        } catch (Unreadable e) {
            return new Damaged<>(e);
        }
    }

    static <T> Stored<T> of(T value) {
        return new Sound<>(value);
    }

    default <U> Stored<U> map(Function<T, U> further) {
        return reading(() -> further.apply(get()));
    }

    /** Can be read. */
    record Sound<T>(T value) implements Stored<T> {
        @Override
        public T get() {
            return value;
        }
    }

    /** Cannot, for this reason. */
    record Damaged<T>(Unreadable why) implements Stored<T> {
        @Override
        public T get() {
            throw why;
        }
    }
}
