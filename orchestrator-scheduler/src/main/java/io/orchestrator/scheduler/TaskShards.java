package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.plan.ExpansionException;
import io.orchestrator.plan.TaskSpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Cuts a task into tasks over pieces of an array of its input. Pure: the same task gives the same shards and keys. */
final class TaskShards {
    private static final int SCALE = 6;

    private TaskShards() {}

    /** Over the one array that the input has. */
    static List<TaskSpec> of(TaskSpec task, int size) {
        List<String> arrays = new ArrayList<>();
        task.input().forEachField((name, value) -> {
            if (value.isArray()) {
                arrays.add(name);
            }
        });
        if (arrays.size() != 1) {
            throw new ExpansionException("task '" + task.key() + "': expected an input with one array to shard, found "
                    + (arrays.isEmpty() ? "none" : String.join(", ", arrays) + "; name one of them"));
        }
        return of(task, arrays.getFirst(), size);
    }

    static List<TaskSpec> of(TaskSpec task, String field, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a shard's size is at least 1, found " + size);
        }
        Json array = task.input()
                .get(field)
                .filter(Json::isArray)
                .orElseThrow(() -> new ExpansionException(
                        "task '" + task.key() + "': expected an array '" + field + "' in the input, found none"));
        int count = Math.ceilDiv(array.size(), size);
        Json share = count == 0 ? Json.EMPTY_OBJECT : share(task.budget(), count);
        List<TaskSpec> shards = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = i * size;
            Json piece = array.slice(from, from + Math.min(size, array.size() - from));
            shards.add(new TaskSpec(
                    task.ordinal() + i,
                    task.type(),
                    task.target(),
                    task.fallback(),
                    task.name(),
                    i,
                    task.key() + '/' + i,
                    task.input().with(field, piece),
                    share));
        }
        return shards;
    }

    /** An even share of each limit; whole numbers stay whole, and everything is rounded down. */
    private static Json share(Json budget, int shards) {
        Json.ObjectBuilder share = Json.builder();
        budget.forEachField((name, limit) -> {
            int scale = limit.isInteger() ? 0 : SCALE;
            share.put(name, limit.asDecimal().divide(BigDecimal.valueOf(shards), scale, RoundingMode.DOWN));
        });
        return share.build();
    }
}
