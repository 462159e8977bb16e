package io.orchestrator.store;

import org.junit.jupiter.api.BeforeEach;

/** What all suites on the store's ports share: an empty store before each test. */
abstract class StoreContract {
    StoreUnderTest store;
    StoreFixture f;

    /** An empty store. */
    protected abstract StoreUnderTest open();

    @BeforeEach
    void openStore() {
        store = open();
        f = new StoreFixture(store);
    }
}
