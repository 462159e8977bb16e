package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.json.NulFree;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.store.DataRejected;

/** Values as they come back from Postgres: what it cannot hold is replaced or refused here too. */
final class Stored {
    private Stored() {}

    /** @throws DataRejected when the value cannot be stored and has no replacement */
    static Json json(Json value) {
        if (UnstorableValue.first(value).isEmpty()) {
            return value;
        }
        Json mended = Json.parse(NulFree.json(value));
        UnstorableValue.first(mended).ifPresent(fault -> {
            throw new DataRejected(
                    "the store cannot hold " + fault.found() + " at '" + fault.pointer() + "'",
                    new IllegalArgumentException(fault.toString()));
        });
        return mended;
    }

    static String plainText(String value) {
        return NulFree.plainText(value);
    }

    static String text(String value) {
        return NulFree.text(value);
    }
}
