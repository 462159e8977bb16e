package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.json.StorableText;
import io.orchestrator.store.Storable;

/** Values as they come back from Postgres: what it cannot hold is replaced or refused here too. */
final class Stored {
    private Stored() {}

    /** @throws io.orchestrator.store.DataRejected when the value cannot be stored and has no replacement */
    static Json json(Json value) {
        return json("the value", value);
    }

    static Json json(String what, Json value) {
        return Storable.said(what, value);
    }

    static String plainText(String value) {
        return StorableText.characters(value);
    }

    static String text(String value) {
        return Storable.message(value);
    }
}
