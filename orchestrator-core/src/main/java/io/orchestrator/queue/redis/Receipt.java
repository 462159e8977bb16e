package io.orchestrator.queue.redis;

import io.orchestrator.queue.Delivery;

/** Where a delivered ticket lies: its partition and its entry id, as the text that travels in a delivery. */
record Receipt(int partition, String entryId) {
    static Receipt of(Delivery delivery) {
        String text = delivery.receipt();
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("not a receipt of the Redis queue: '" + text + "'");
        }
        return new Receipt(Integer.parseInt(text.substring(0, slash)), text.substring(slash + 1));
    }

    String text() {
        return partition + "/" + entryId;
    }
}
