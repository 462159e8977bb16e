package io.orchestrator.queue.redis;

import io.orchestrator.queue.redis.SharedLink.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Cuts long lists into commands that Redis answers quickly: at most {@value #ITEMS} items a command, because nobody
 * else is served while a script runs, and far fewer commands at a time than fit into a connection's request queue.
 */
final class Batches {
    static final int ITEMS = 256;

    private static final int COMMANDS_AT_A_TIME = 64;

    private Batches() {}

    /** Runs {@code command} over all items of all streams; the sum of what they return. */
    static <I> long run(
            SharedLink link,
            String operation,
            Map<String, List<I>> byStream,
            BiFunction<String, List<I>, Command<Long>> command) {
        List<Command<Long>> commands = new ArrayList<>();
        byStream.forEach((stream, items) -> {
            for (int from = 0; from < items.size(); from += ITEMS) {
                commands.add(command.apply(stream, items.subList(from, Math.min(items.size(), from + ITEMS))));
            }
        });
        long sum = 0;
        for (int from = 0; from < commands.size(); from += COMMANDS_AT_A_TIME) {
            List<Command<Long>> some = commands.subList(from, Math.min(commands.size(), from + COMMANDS_AT_A_TIME));
            sum += link.callAll(operation, some).stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
        return sum;
    }
}
