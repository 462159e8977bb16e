package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskSpecsTest {
    private static final Json NOTHING = Json.EMPTY_OBJECT;

    @Test
    void a_sequential_phase_has_a_step_for_each_agent() {
        PhasePlan phase = phase("'agents': ['A', 'B', 'C']");
        assertThat(TaskSpecs.steps(phase)).isEqualTo(3);
        assertThat(TaskSpecs.expand(phase, 1, NOTHING, NOTHING, Budgets.NONE, 1))
                .containsExactly(
                        new TaskSpec(1, TaskType.AGENT, "B", Optional.empty(), "B", -1, "B", NOTHING, NOTHING));
        assertThat(TaskSpecs.before(phase, 2).agents()).extracting(AgentRef::as).containsExactly("A", "B");
    }

    @Test
    void a_phase_with_parallelism_is_one_step() {
        PhasePlan phase = phase("'parallelism': 2, 'agents': ['A', {'tool': 'T', 'as': 'B', 'inputs': {'x': 1}}]");
        assertThat(TaskSpecs.steps(phase)).isEqualTo(1);
        assertThat(TaskSpecs.expand(phase, 0, NOTHING, NOTHING, Budgets.NONE, 0))
                .extracting(TaskSpec::ordinal, TaskSpec::type, TaskSpec::target, TaskSpec::key, TaskSpec::input)
                .containsExactly(
                        tuple(0, TaskType.AGENT, "A", "A", NOTHING),
                        tuple(1, TaskType.TOOL, "T", "B", Json.object("x", 1)));
        assertThat(TaskSpecs.before(phase, 0).agents()).isEmpty();
    }

    @Test
    void a_shard_makes_one_task_for_each_piece_and_the_last_piece_is_the_rest() {
        PhasePlan phase = phase("'parallelism': 9, 'agents': ['A',"
                + " {'agent': 'H', 'inputs': {'x': 1}, 'shard': {'over': 'files', 'size': 2}}]");
        assertThat(TaskSpecs.expand(phase, 0, json("{'files': ['a', 'b', 'c'], 'y': 2}"), NOTHING, Budgets.NONE, 10))
                .extracting(TaskSpec::ordinal, TaskSpec::name, TaskSpec::shard, TaskSpec::key, TaskSpec::input)
                .containsExactly(
                        tuple(10, "A", -1, "A", NOTHING),
                        tuple(11, "H", 0, "H/0", json("{'x': 1, 'files': ['a', 'b']}")),
                        tuple(12, "H", 1, "H/1", json("{'x': 1, 'files': ['c']}")));
    }

    @Test
    void the_pieces_put_together_are_the_array_for_any_length_and_size() {
        for (int length = 0; length <= 12; length++) {
            for (int size = 1; size <= 13; size++) {
                Json array = Json.array(IntStream.range(0, length).boxed().toList());
                PhasePlan phase = phase("'agents': [{'agent': 'H', 'shard': {'over': 'n', 'size': " + size + "}}]");
                List<TaskSpec> tasks = TaskSpecs.expand(phase, 0, Json.object("n", array), NOTHING, Budgets.NONE, 0);
                List<Json> pieces = tasks.stream()
                        .map(task -> task.input().get("n").orElseThrow())
                        .toList();
                assertThat(pieces).hasSize(Math.ceilDiv(length, size)).allMatch(piece -> piece.size() > 0);
                assertThat(Json.array(pieces.stream()
                                .flatMap(p -> p.elements().stream())
                                .toList()))
                        .isEqualTo(array);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            files                 | {'files': [1]}        | {'I': {'L': {'files': [2]}}}                          | [1]
            a.b                   | {'a': {'b': [1]}}      | {}                                                    | [1]
            I.L.files             | {}                    | {'I': {'L': {'files': [2]}}}                          | [2]
            I.L.deep.files        | {}                    | {'I': {'L': {'deep': {'files': [3]}}}}                | [3]
            files                 | {'files': null}       | {'I': {'L': {'files': [2]}, 'M': {'files': 'x'}}}     | [2]
            I.L                   | {}                    | {'I': {'L': [{'x': 1}]}}                              | [{'x': 1}]
            I.L.files             | {}                    | {'I': {'L': [{'files': [1, 2]}, {'files': [3]}]}}     | [1, 2, 3]
            files                 | {}                    | {'I': {'L': [{'files': [1]}, {'files': []}], 'M': 7}} | [1]
            """)
    void the_array_is_looked_for_in_the_input_then_by_its_path_then_by_its_bare_name(
            String over, String input, String upstream, String expected) {
        assertThat(ShardArray.find(over, json(input), json(upstream))).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            files     | {'x': 1}       | {'I': {'L': {'names': []}}} | neither the input nor any upstream output has 'files'; there are: x, I.L.names
            files     | {}             | {}                          | neither the input nor any upstream output has 'files'
            files     | {'files': 'x'} | {}                          | the input's field 'files' is the string \"x\"; a shard needs an array
            I.L.files | {}             | {'I': {'L': {'files': 3}}}  | the upstream output 'I.L.files' is the number 3; a shard needs an array
            files     | {}             | {'I': {'L': {'files': []}, 'M': {'files': []}}} | several upstream outputs have an array 'files': I.L.files, I.M.files; name one of them in full
            """)
    void a_missing_or_ambiguous_array_is_explained(String over, String input, String upstream, String message) {
        PhasePlan phase = phase("'agents': [{'agent': 'H', 'shard': {'over': '" + over + "', 'size': 2}}]");
        assertThatThrownBy(() -> TaskSpecs.expand(phase, 0, json(input), json(upstream), Budgets.NONE, 0))
                .isInstanceOf(ExpansionException.class)
                .hasMessageStartingWith("phase 'P', agent 'H': ")
                .hasMessageEndingWith(message);
    }

    @Test
    void an_array_that_makes_too_many_tasks_is_refused() {
        PhasePlan phase = phase("'agents': [{'agent': 'H', 'shard': {'over': 'n', 'size': 1}}]");
        Json input = Json.object(
                "n", IntStream.rangeClosed(0, TaskSpecs.MOST_TASKS).boxed().toList());
        assertThatThrownBy(() -> TaskSpecs.expand(phase, 0, input, NOTHING, Budgets.NONE, 0))
                .isInstanceOf(ExpansionException.class)
                .hasMessageContaining("100001 tasks at once, and at most 100000 are possible");
    }

    @Test
    void the_budget_is_shared_evenly_and_never_adds_up_to_more() {
        Budgets plan = new Budgets(Optional.of(1000L), Optional.empty(), Optional.of(new BigDecimal("1")));
        PhasePlan phase = phase("'parallelism': 3, 'budgets': {'tokens': 100}, 'agents': ['A', 'B', 'C']");
        assertThat(TaskSpecs.expand(phase, 0, NOTHING, NOTHING, plan, 0))
                .extracting(TaskSpec::budget)
                .containsOnly(json("{'tokens': 33, 'usd': 0.333333}"));
    }

    private static PhasePlan phase(String fields) {
        return PlanReader.read(json("{'name': 'p', 'phases': [{'phase': 'P', " + fields + "}]}"))
                .phase("P");
    }

    private static Json json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }
}
