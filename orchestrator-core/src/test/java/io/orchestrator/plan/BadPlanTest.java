package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One bad plan for each rule. Plans are written with {@code '} for {@code "}. */
class BadPlanTest {
    private static final String NAME_RULE =
            "a name: a letter, then letters, digits, \"_\" or \"-\", at most 100 in all";
    private static final String AGENT_RULE = "the name of an agent (a letter, then letters, digits, \"_\" or \"-\","
            + " at most 100 in all) or an object such as {\"agent\": \"Hasher\"}";
    private static final String DURATION_RULE = "an ISO 8601 duration of days, hours, minutes and seconds such as"
            + " \"PT90M\", \"PT3H\" or \"P1DT2H\" (no years, months or weeks: write days)";
    private static final String PARALLELISM_RULE = "\"sequential\" or a whole number from 1 to 100,000";

    static Stream<Arguments> badDocuments() {
        return Stream.of(
                bad("[]", "", "an empty array", "an object with \"name\" and \"phases\""),
                bad(
                        "{'phases': [" + PHASE + "]}",
                        "",
                        "no field \"name\"",
                        "a name of 1 to 200 characters on one line"),
                bad("{'name': 'p'}", "", "no field \"phases\"", "an array of 1 to 1,000 phases"),
                bad(plan("'name': 7"), "/name", "the number 7", "a name of 1 to 200 characters on one line"),
                bad(
                        plan("'name': 'a\\nb'"),
                        "/name",
                        "the string \"a\\nb\"",
                        "a name of 1 to 200 characters on one line"),
                bad(
                        plan("'timbox': 'PT1H'"),
                        "/timbox",
                        "the unknown field \"timbox\"",
                        "one of \"name\", \"inputs\", \"budgets\", \"timebox\", \"priority\", \"retry\", \"phases\";"
                                + " did you mean \"timebox\"?"),
                bad(plan("'inputs': null"), "/inputs", "null", "an object whose fields are the inputs"),
                bad(
                        plan("'priority': 'urgent'"),
                        "/priority",
                        "the string \"urgent\"",
                        "one of \"critical\", \"high\", \"normal\" and \"low\""),
                bad(
                        plan("'budgets': {'tokens': 0}"),
                        "/budgets/tokens",
                        "the number 0",
                        "a whole number from 1 to 1,000,000,000,000,000"),
                bad(
                        plan("'budgets': {'tokens': 1.5}"),
                        "/budgets/tokens",
                        "the number 1.5",
                        "a whole number from 1 to 1,000,000,000,000,000"),
                bad(
                        plan("'budgets': {'usd': -0.01}"),
                        "/budgets/usd",
                        "the number -0.01",
                        "an amount above 0 and at most 1,000,000,000"),
                bad(
                        plan("'budgets': {'tools_minutes': '180'}"),
                        "/budgets/tools_minutes",
                        "the string \"180\"",
                        "a number of minutes above 0 and at most 1,000,000,000"),
                bad(
                        plan("'budgets': {'dollars': 1}"),
                        "/budgets/dollars",
                        "the unknown field \"dollars\"",
                        "one of \"tokens\", \"tools_minutes\", \"usd\""),
                bad(plan("'phases': []"), "/phases", "an empty array", "an array of 1 to 1,000 phases"),
                bad(
                        plan("'inputs': {'a~b/c': [1, 'x\\u0000y']}"),
                        "/inputs/a~0b~1c/1",
                        "a string with the character NUL (\\u0000), which cannot be stored",
                        "a value that can be stored"),
                bad(
                        plan("'inputs': {'n': 1e999999999}"),
                        "/inputs/n",
                        "a number with more digits before the decimal point than can be stored"
                                + " (1,100, written out without an exponent)",
                        "a value that can be stored"));
    }

    static Stream<Arguments> badDurations() {
        return Stream.of(
                bad(plan("'timebox': 'P1M'"), "/timebox", "the string \"P1M\"", DURATION_RULE),
                bad(plan("'timebox': 'P1Y'"), "/timebox", "the string \"P1Y\"", DURATION_RULE),
                bad(plan("'timebox': '3h'"), "/timebox", "the string \"3h\"", DURATION_RULE),
                bad(plan("'timebox': 'P'"), "/timebox", "the string \"P\"", DURATION_RULE),
                bad(plan("'timebox': 'PT'"), "/timebox", "the string \"PT\"", DURATION_RULE),
                bad(plan("'timebox': '-PT1H'"), "/timebox", "the string \"-PT1H\"", DURATION_RULE),
                bad(plan("'timebox': 3600"), "/timebox", "the number 3600", DURATION_RULE),
                bad(plan("'timebox': 'PT0S'"), "/timebox", "the string \"PT0S\"", IsoDuration.EXPECTED),
                bad(plan("'timebox': 'P3651D'"), "/timebox", "the string \"P3651D\"", IsoDuration.EXPECTED),
                bad(
                        plan("'timebox': 'PT99999999999999999999H'"),
                        "/timebox",
                        "the string \"PT99999999999999999999H\"",
                        IsoDuration.EXPECTED),
                bad(
                        plan("'retry': {'base': 'PT10M', 'max': 'PT1M'}"),
                        "/retry",
                        "the base PT10M above the max PT1M",
                        "a \"max\" that is not shorter than \"base\""),
                bad(
                        plan("'retry': {'base': 'PT10M'}"),
                        "/retry",
                        "the base PT10M above the max PT5M (which holds where nothing is said)",
                        "a \"max\" that is not shorter than \"base\""),
                bad(plan("'retry': {'base': 'PT0S'}"), "/retry/base", "the string \"PT0S\"", IsoDuration.EXPECTED),
                bad(
                        plan("'retry': {'maxAttempts': 0}"),
                        "/retry/maxAttempts",
                        "the number 0",
                        "a whole number from 1 to 10,000"),
                bad(plan("'retry': {'jitter': 'yes'}"), "/retry/jitter", "the string \"yes\"", "true or false"),
                bad(
                        agents("{'agent': 'A', 'timebox': 'PT0S'}"),
                        "/phases/0/agents/0/timebox",
                        "the string \"PT0S\"",
                        IsoDuration.EXPECTED),
                bad(
                        agents("{'agent': 'A', 'retry': {'max': 'PT0.5S'}}"),
                        "/phases/0/agents/0/retry",
                        "the base PT1S (which holds where nothing is said) above the max PT0.5S",
                        "a \"max\" that is not shorter than \"base\""));
    }

    static Stream<Arguments> badPhases() {
        return Stream.of(
                bad(phase("'parallelism': -3"), "/phases/0/parallelism", "the number -3", PARALLELISM_RULE),
                bad(phase("'parallelism': 0"), "/phases/0/parallelism", "the number 0", PARALLELISM_RULE),
                bad(phase("'parallelism': 2.5"), "/phases/0/parallelism", "the number 2.5", PARALLELISM_RULE),
                bad(phase("'parallelism': 100001"), "/phases/0/parallelism", "the number 100001", PARALLELISM_RULE),
                bad(phase("'parallelism': 'all'"), "/phases/0/parallelism", "the string \"all\"", PARALLELISM_RULE),
                bad(phase("'parallelism': true"), "/phases/0/parallelism", "true", PARALLELISM_RULE),
                bad(phase("'phase': 'IN.TAKE'"), "/phases/0/phase", "the string \"IN.TAKE\"", NAME_RULE),
                bad(phase("'phase': 'INTAKE\\n'"), "/phases/0/phase", "the string \"INTAKE\\n\"", NAME_RULE),
                bad(
                        phase("'phase': '" + "x".repeat(101) + "'"),
                        "/phases/0/phase",
                        "the string \"" + "x".repeat(60) + "…\"",
                        NAME_RULE),
                bad(
                        phase("'rubrics': {'coverage': 0.9}"),
                        "/phases/0/rubrics/coverage",
                        "the unknown field \"coverage\"",
                        "at most 100 limits, each named by a metric and \"_min\" or \"_max\", such as"
                                + " \"coverage_min\": 0.9"),
                bad(
                        phase("'rubrics': {'coverage_min': 'high'}"),
                        "/phases/0/rubrics/coverage_min",
                        "the string \"high\"",
                        "a number"),
                bad(
                        "{'name': 'p', 'phases': ['A']}",
                        "/phases/0",
                        "the string \"A\"",
                        "a phase: an object with \"phase\" and \"agents\""),
                bad(
                        "{'name': 'p', 'phases': [{'phase': 'A'}]}",
                        "/phases/0",
                        "no field \"agents\"",
                        "an array of 1 to 1,000 agents"),
                bad(
                        plan("'phases': [" + named("A") + ", " + named("B") + ", " + named("A") + "]"),
                        "/phases/2/phase",
                        "the name \"A\" for the second time (first at /phases/0/phase)",
                        "another name: a phase's is unique in the plan"),
                bad(
                        plan("'phases': [" + named("INTAKE") + ", " + named("B", "INTAK") + "]"),
                        "/phases/1/needs/0",
                        "the string \"INTAK\"",
                        "the name of a phase of this plan; did you mean \"INTAKE\"?"),
                bad(
                        plan("'phases': [" + named("A", "A") + "]"),
                        "/phases/0/needs",
                        "phases that wait for each other: A needs A",
                        "phases that can be put into an order"),
                bad(
                        plan("'phases': [" + named("R", "C") + ", " + named("A", "C") + ", " + named("B", "A", "D")
                                + ", " + named("C", "B") + ", " + named("D") + "]"),
                        "/phases/1/needs",
                        "phases that wait for each other: A needs C needs B needs A",
                        "phases that can be put into an order"),
                bad(
                        plan("'phases': [" + named("A") + ", " + named("B", "A", "A") + "]"),
                        "/phases/1/needs",
                        "an array of 2",
                        "an array of names of other phases, each once"));
    }

    static Stream<Arguments> badAgents() {
        return Stream.of(
                bad(agents("7"), "/phases/0/agents/0", "the number 7", AGENT_RULE),
                bad(agents("'a b'"), "/phases/0/agents/0", "the string \"a b\"", AGENT_RULE),
                bad(agents("'fs.read'"), "/phases/0/agents/0", "the string \"fs.read\"", AGENT_RULE),
                bad(agents(""), "/phases/0/agents", "an empty array", "an array of 1 to 1,000 agents"),
                bad(
                        agents("{}"),
                        "/phases/0/agents/0",
                        "an empty object",
                        "an object with either \"agent\" or \"tool\""),
                bad(
                        agents("{'agent': 'A', 'tool': 'B'}"),
                        "/phases/0/agents/0",
                        "an object",
                        "an object with either \"agent\" or \"tool\""),
                bad(
                        agents("{'agent': 'A', 'shards': {'over': 'files', 'size': 2}}"),
                        "/phases/0/agents/0/shards",
                        "the unknown field \"shards\"",
                        "one of \"agent\", \"tool\", \"as\", \"inputs\", \"shard\", \"timebox\", \"retry\", \"fallback\","
                                + " \"stuck\";"
                                + " did you mean \"shard\"?"),
                bad(
                        agents("{'agent': 'A', 'shard': {'over': 'files', 'size': 0}}"),
                        "/phases/0/agents/0/shard/size",
                        "the number 0",
                        "a whole number from 1 to 1,000,000"),
                bad(
                        agents("{'agent': 'A', 'shard': {'over': 'a..b', 'size': 1}}"),
                        "/phases/0/agents/0/shard/over",
                        "the string \"a..b\"",
                        "where the array is, such as \"files\" or \"INTAKE.Lister.files\""),
                bad(
                        agents("{'agent': 'A', 'shard': {'over': 'files'}}"),
                        "/phases/0/agents/0/shard",
                        "no field \"size\"",
                        "a whole number from 1 to 1,000,000"),
                bad(
                        agents("'A', 'B', {'tool': 'A'}"),
                        "/phases/0/agents/2",
                        "the name \"A\" for the second time (first at /phases/0/agents/0)",
                        "another name for its output: give it one with \"as\""),
                bad(
                        agents("'A', {'agent': 'B', 'as': 'A'}"),
                        "/phases/0/agents/1",
                        "the name \"A\" for the second time (first at /phases/0/agents/0)",
                        "another name for its output: give it one with \"as\""));
    }

    @ParameterizedTest(name = "{1}: {2}")
    @MethodSource({"badDocuments", "badDurations", "badPhases", "badAgents"})
    void a_bad_plan_is_refused_with_the_place_what_was_found_and_what_was_expected(
            String document, String pointer, String found, String expected) {
        assertThat(faults(document)).containsExactly(new PlanFault(pointer, found, expected));
    }

    @Test
    void all_faults_of_both_layers_are_told_at_once() {
        InvalidPlanException refusal = refusal("{'name': 'p', 'colour': 1, 'phases': ["
                + "{'phase': 'A', 'agents': ['X', 'X'], 'parallelism': -3}, {'phase': 'A', 'needs': ['C']}]}");
        assertThat(refusal.faults())
                .extracting(PlanFault::pointer)
                .containsExactlyInAnyOrder(
                        "/colour",
                        "/phases/0/parallelism",
                        "/phases/0/agents/1",
                        "/phases/1",
                        "/phases/1/phase",
                        "/phases/1/needs/0");
        assertThat(String.valueOf(refusal.getMessage()).lines())
                .hasSize(7)
                .startsWith("the plan is not valid:")
                .contains("  /phases/0/parallelism: found the number -3, expected " + PARALLELISM_RULE);
    }

    @Test
    void malformed_json_is_refused_with_line_and_column() {
        assertThat(refusal("{\n  'name': 'p',\n  'phases': [}\n}"))
                .hasMessageContaining("the document: found text that is no JSON (line 3, column 14: ")
                .hasMessageEndingWith("), expected one JSON object");
        assertThat(refusal("")).hasMessageContaining("found nothing");
        assertThat(refusal("{} {}")).hasMessageContaining("line 1, column");
        assertThat(refusal("{'name': 'a', 'name': 'b'}"))
                .hasMessageContaining("line 1, column")
                .hasMessageContaining("name");
    }

    @Test
    void circles_that_do_not_touch_are_all_named() {
        String document = plan("'phases': [" + named("A", "B") + ", " + named("B", "A") + ", " + named("C", "D") + ", "
                + named("D", "C") + "]");
        assertThat(faults(document))
                .extracting(PlanFault::pointer)
                .containsExactly("/phases/0/needs", "/phases/2/needs");
    }

    @Test
    void a_plan_of_more_than_a_mebibyte_is_refused_as_text_and_as_json() {
        String text = plan("'inputs': {'x': '" + "y".repeat(1 << 20) + "'}").replace('\'', '"');
        for (InvalidPlanException refusal : List.of(
                refusal(text),
                catchThrowableOfType(InvalidPlanException.class, () -> PlanReader.read(Json.parse(text))))) {
            assertThat(refusal).hasMessageContaining(" bytes, expected at most 1 MiB");
        }
    }

    @Test
    void a_thousand_and_one_phases_are_too_many() {
        String phases = String.join(
                ",", IntStream.range(0, 1001).mapToObj(i -> named("P" + i)).toList());
        assertThat(faults(plan("'phases': [" + phases + "]")))
                .containsExactly(new PlanFault("/phases", "an array of 1001", "an array of 1 to 1,000 phases"));
    }

    @Test
    void a_document_full_of_faults_is_refused_with_the_first_hundred() {
        String needs = "'nope',".repeat(100_000) + "'nope'";
        String document = plan("'phases': [{'phase': 'A', 'agents': ['X'], 'needs': [" + needs + "]}]");
        assertThat(faults(document)).hasSize(100);
    }

    private static final String PHASE = "{'phase': 'A', 'agents': ['X']}";

    private static Arguments bad(String document, String pointer, String found, String expected) {
        return Arguments.of(document, pointer, found, expected);
    }

    /** A plan that is right but for one field. */
    private static String plan(String field) {
        Json right = Json.parse(("{'name': 'p', 'phases': [" + PHASE + "]}").replace('\'', '"'));
        return right.overlaidBy(Json.parse(("{" + field + "}").replace('\'', '"')))
                .toString();
    }

    private static String phase(String field) {
        Json right = Json.parse(PHASE.replace('\'', '"'));
        return plan("'phases': [" + right.overlaidBy(Json.parse(("{" + field + "}").replace('\'', '"'))) + "]");
    }

    private static String agents(String elements) {
        return phase("'agents': [" + elements + "]");
    }

    private static String named(String phase, String... needs) {
        return "{'phase': '" + phase + "', 'agents': ['X']"
                + (needs.length == 0 ? "" : ", 'needs': ['" + String.join("', '", needs) + "']") + "}";
    }

    private static List<PlanFault> faults(String document) {
        return refusal(document).faults();
    }

    private static InvalidPlanException refusal(String document) {
        return catchThrowableOfType(InvalidPlanException.class, () -> PlanReader.read(document.replace('\'', '"')));
    }
}
