package io.orchestrator.store.postgres;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jooq.Configuration;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.jspecify.annotations.Nullable;

/**
 * Statements of a transaction that nobody waits for the answer of. They stay here until one comes whose answer is needed,
 * and go to the server with it, in their order and in one round trip; what is left goes before the commit. Not thread-safe:
 * one for each transaction.
 */
final class Unsent {
    private static final int MOST = 20;

    private final List<String> texts = new ArrayList<>();
    private final List<@Nullable Object> parameters = new ArrayList<>();

    /**
     * What goes to the server at once.
     *
     * @param before how many statements come before the last, whose answer is wanted
     */
    record Message(String text, List<@Nullable Object> parameters, int before) {}

    /** Attaches a place for unsent statements to a transaction's configuration. jOOQ's own statements keep the order. */
    static void attach(Configuration configuration) {
        Unsent unsent = new Unsent();
        Object none = configuration.data(Unsent.class, unsent);
        if (none != null) {
            throw new IllegalStateException("this transaction has unsent statements already");
        }
        configuration.set(new DefaultExecuteListenerProvider(new ExecuteListener() {
            private static final long serialVersionUID = 1L;

            @Override
            public void start(ExecuteContext context) {
                Sql.sendAll(DSL.using(context.configuration()));
            }
        }));
    }

    /** Those of a transaction; null outside of one. */
    static @Nullable Unsent of(Configuration configuration) {
        return (Unsent) configuration.data(Unsent.class);
    }

    void add(String text, @Nullable Object[] more) {
        texts.add(text);
        parameters.addAll(Arrays.asList(more));
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    boolean isFull() {
        return texts.size() >= MOST;
    }

    /** All of them, to be sent now; there has to be one. */
    Message take() {
        Message message = new Message(String.join(";\n", texts), new ArrayList<>(parameters), texts.size() - 1);
        texts.clear();
        parameters.clear();
        return message;
    }
}
