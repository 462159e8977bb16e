package io.orchestrator.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.plan.ExpansionException;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.plan.TaskType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskShardsTest {
    private static final List<Integer> TESTS = IntStream.range(0, 1_000).boxed().toList();

    @Test
    void a_thousand_tests_become_ten_shards_of_a_hundred_in_order() {
        List<TaskSpec> shards = TaskShards.of(task(Json.object("tests", TESTS, "language", "java")), 100);

        assertThat(shards).hasSize(10);
        assertThat(shards).extracting(TaskSpec::key).startsWith("Generator/0", "Generator/1");
        assertThat(shards).extracting(TaskSpec::shard).startsWith(0, 1, 2);
        assertThat(shards).allSatisfy(shard -> {
            assertThat(shard.input().text("language")).contains("java");
            assertThat(shard.budget()).isEqualTo(Json.object("tokens", 70, "usd", 0.05));
        });
        assertThat(shards.stream()
                        .flatMap(shard -> shard.input().get("tests").orElseThrow().elements().stream())
                        .map(Json::asLong)
                        .map(Long::intValue))
                .containsExactlyElementsOf(TESTS);
    }

    @Test
    void the_last_shard_has_what_is_left() {
        List<TaskSpec> shards = TaskShards.of(task(Json.object("tests", List.of(1, 2, 3))), 2);

        assertThat(shards.getLast().input()).isEqualTo(Json.object("tests", List.of(3)));
    }

    @Test
    void which_array_is_meant_must_be_clear() {
        TaskSpec two = task(Json.object("tests", List.of(1), "files", List.of(2)));

        assertThatThrownBy(() -> TaskShards.of(two, 1))
                .isInstanceOf(ExpansionException.class)
                .hasMessageContaining("tests, files");
        assertThat(TaskShards.of(two, "files", 1)).hasSize(1);
        assertThatThrownBy(() -> TaskShards.of(two, "no", 1)).isInstanceOf(ExpansionException.class);
        assertThatThrownBy(() -> TaskShards.of(two, "files", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_empty_array_makes_no_shards() {
        assertThat(TaskShards.of(task(Json.object("tests", List.of())), 10)).isEmpty();
    }

    private static TaskSpec task(Json input) {
        return new TaskSpec(
                0,
                TaskType.AGENT,
                "TestGeneratorAgent",
                Optional.empty(),
                "Generator",
                -1,
                "Generator",
                input,
                Json.object("tokens", 700, "usd", 0.5));
    }
}
