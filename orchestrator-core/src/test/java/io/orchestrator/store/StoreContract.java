package io.orchestrator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.run.EventKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What all suites on the store's ports share: an empty store before each test, and after it a look at what was told. */
abstract class StoreContract {
    private static final int ALL = 1_000;

    StoreUnderTest store;
    StoreFixture f;

    /** An empty store. */
    protected abstract StoreUnderTest open();

    @BeforeEach
    void openStore() {
        store = open();
        f = new StoreFixture(store);
    }

    @AfterEach
    void events_tell_what_their_kinds_declare() {
        for (RunView run : store.runs().list(ALL)) {
            for (EventView event : store.runs().events(run.id(), 0, ALL)) {
                assertThat(EventKind.of(event.kind()))
                        .as("the kind of %s", event)
                        .hasValueSatisfying(kind -> assertThat(kind.fields())
                                .as("the declared fields of the data of %s", event)
                                .containsAll(event.data().fields().keySet()));
            }
        }
    }
}
