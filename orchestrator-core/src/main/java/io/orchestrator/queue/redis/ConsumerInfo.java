package io.orchestrator.queue.redis;

import io.orchestrator.queue.QueueUnavailable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A consumer of a group, as {@code XINFO CONSUMERS} describes it. */
record ConsumerInfo(String name, long pending, long idleMs) {
    /** Empty when there is no such stream or group. */
    static List<ConsumerInfo> list(SharedLink link, String stream, String group) {
        try {
            return link
                    .call("list the consumers of " + stream, commands -> commands.xinfoConsumers(stream, group))
                    .stream()
                    .map(ConsumerInfo::of)
                    .toList();
        } catch (QueueUnavailable e) {
            if (Replies.groupIsGone(e)) {
                return List.of();
            }
            throw e;
        }
    }

    /** A flat list of names and values, or with the newer protocol a map. */
    private static ConsumerInfo of(Object described) {
        Map<String, Object> fields = new HashMap<>();
        if (described instanceof Map<?, ?> map) {
            map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        } else if (described instanceof List<?> list) {
            for (int i = 0; i + 1 < list.size(); i += 2) {
                fields.put(String.valueOf(list.get(i)), list.get(i + 1));
            }
        }
        return new ConsumerInfo(
                String.valueOf(fields.get("name")),
                Long.parseLong(String.valueOf(fields.get("pending"))),
                Long.parseLong(String.valueOf(fields.get("idle"))));
    }
}
