package io.orchestrator.service;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;

/**
 * Remembers what was told of an outage, so that each kind of it is told once: that a server is away, and that it is there and
 * turns us away, which a person has to mend. For one thread at a time.
 */
public final class Outage {
    private enum Told {
        NOTHING,
        AWAY,
        REFUSED
    }

    private Told told = Told.NOTHING;

    /** Whether this is worth telling: the outage begins, or has turned out to be of the other kind. */
    public boolean isNews(StoreUnavailable failure) {
        return isNews(failure instanceof StoreRefused);
    }

    /** As for the store. */
    public boolean isNews(QueueUnavailable failure) {
        return isNews(failure instanceof QueueRefused);
    }

    private boolean isNews(boolean refused) {
        Told before = told;
        told = refused ? Told.REFUSED : Told.AWAY;
        return told != before;
    }

    public boolean isUnderWay() {
        return told != Told.NOTHING;
    }

    /** Ends it; whether there was one. */
    public boolean ends() {
        boolean was = isUnderWay();
        told = Told.NOTHING;
        return was;
    }
}
