package io.orchestrator.service;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.util.EnumSet;
import java.util.Set;

/**
 * Remembers what was told of an outage, so that each kind of it is told once: that a server is away, that it is there and
 * turns us away, which a person has to mend, and that it takes nothing. For one thread at a time.
 */
public final class Outage {
    private enum Kind {
        AWAY,
        REFUSED,
        TAKES_NOTHING
    }

    private final Set<Kind> told = EnumSet.noneOf(Kind.class);

    /** Whether this is worth telling: the outage begins, or has turned out to be of another kind. */
    public boolean isNews(StoreUnavailable failure) {
        return told.add(failure instanceof StoreRefused ? Kind.REFUSED : Kind.AWAY);
    }

    /** As for the store. */
    public boolean isNews(QueueUnavailable failure) {
        return told.add(
                switch (failure) {
                    case QueueRefused e -> Kind.REFUSED;
                    case QueueTakesNothing e -> Kind.TAKES_NOTHING;
                    case QueueUnavailable e -> Kind.AWAY;
                });
    }

    public boolean isUnderWay() {
        return !told.isEmpty();
    }

    /** Ends it; whether there was one. */
    public boolean ends() {
        boolean was = isUnderWay();
        told.clear();
        return was;
    }
}
