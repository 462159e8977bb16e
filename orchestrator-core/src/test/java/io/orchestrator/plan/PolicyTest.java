package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a plan may say of missing, failing and being stuck. Plans are written with {@code '} for {@code "}. */
class PolicyTest {
    private static final String STUCK_RULE =
            "an object with \"noProgress\", \"noOutput\" or \"spendWithoutProgress\"," + " and the \"action\"";

    static Stream<Arguments> badPolicies() {
        return Stream.of(
                bad(
                        phase("'rubrics':{'a_min':1},'onRubricMiss':'again'"),
                        "/phases/0/onRubricMiss",
                        "the string \"again\"",
                        "\"fail\", \"retry\", \"hold\" or an object such as {\"retry\": 2}"),
                bad(
                        phase("'rubrics':{'a_min':1},'onRubricMiss':{'retry':0}"),
                        "/phases/0/onRubricMiss/retry",
                        "the number 0",
                        "a whole number of further rounds from 1 to 100"),
                bad(
                        phase("'rubrics':{'a_min':1},'onRubricMiss':{}"),
                        "/phases/0/onRubricMiss",
                        "no field \"retry\"",
                        "a whole number of further rounds from 1 to 100"),
                bad(
                        phase("'onRubricMiss':'hold'"),
                        "/phases/0/onRubricMiss",
                        "a policy for rubrics, and no rubrics",
                        "\"rubrics\" beside it"),
                bad(
                        agent("'fallback':7"),
                        "/phases/0/agents/0/fallback",
                        "the number 7",
                        "the name of another agent or tool, or an object such as {\"target\": \"Reader\","
                                + " \"fromCheckpoint\": true}"),
                bad(
                        agent("'fallback':'A'"),
                        "/phases/0/agents/0/fallback",
                        "\"A\", whose failure it is there for",
                        "the name of another agent or tool"),
                bad(
                        agent("'fallback':{'target':'A'}"),
                        "/phases/0/agents/0/fallback",
                        "\"A\", whose failure it is there for",
                        "the name of another agent or tool"),
                bad(
                        agent("'fallback':{'fromCheckpoint':true}"),
                        "/phases/0/agents/0/fallback",
                        "no field \"target\"",
                        "a name: a letter, then letters, digits, \"_\" or \"-\", at most 100 in all"),
                bad(agent("'stuck':true"), "/phases/0/agents/0/stuck", "true", STUCK_RULE),
                bad(
                        agent("'stuck':{'noProgress':'PT0S'}"),
                        "/phases/0/agents/0/stuck/noProgress",
                        "the string \"PT0S\"",
                        IsoDuration.EXPECTED),
                bad(
                        phase("'stuck':{'noOutput':'PT10M','action':'kill'}"),
                        "/phases/0/stuck/action",
                        "the string \"kill\"",
                        "one of \"warn\", \"interrupt\" and \"fail\""),
                bad(
                        phase("'stuck':{'spendWithoutProgress':{}}"),
                        "/phases/0/stuck/spendWithoutProgress",
                        "an empty object",
                        "an object with \"tokens\", \"usd\" or both"));
    }

    @ParameterizedTest
    @MethodSource("badPolicies")
    void a_bad_policy_is_refused_at_its_place(String document, String pointer, String found, String expected) {
        InvalidPlanException refusal =
                catchThrowableOfType(InvalidPlanException.class, () -> PlanReader.read(document.replace('\'', '"')));
        assertThat(refusal.faults()).containsExactly(new PlanFault(pointer, found, expected));
    }

    @Test
    void a_rubric_that_is_missed_fails_is_retried_so_often_or_holds() {
        assertThat(onRubricMiss("")).isEqualTo(new OnRubricMiss.Fail());
        assertThat(onRubricMiss(",'onRubricMiss':'fail'")).isEqualTo(new OnRubricMiss.Fail());
        assertThat(onRubricMiss(",'onRubricMiss':'retry'")).isEqualTo(new OnRubricMiss.Retry(1));
        assertThat(onRubricMiss(",'onRubricMiss':{'retry':3}")).isEqualTo(new OnRubricMiss.Retry(3));
        assertThat(onRubricMiss(",'onRubricMiss':'hold'")).isEqualTo(new OnRubricMiss.Hold());
    }

    @Test
    void a_fallback_is_a_name_or_says_more() {
        assertThat(read(agent("'fallback':'B'")).fallback()).contains(new Fallback("B", false));
        assertThat(read(agent("'fallback':{'target':'B','fromCheckpoint':true}"))
                        .fallback())
                .contains(new Fallback("B", true));
    }

    @Test
    void a_fallback_that_nobody_provides_is_reported_at_its_place() {
        Plan plan = PlanReader.read(agent("'fallback':'Reder'").replace('\'', '"'));
        assertThat(PlanTargets.unknown(plan, Set.of("A", "Reader"), Set.of()))
                .containsExactly(new PlanFault(
                        "/phases/0/agents/0/fallback",
                        "the unknown agent \"Reder\"",
                        "the name of an agent from the agents file or registered in code; did you mean \"Reader\"?"));
    }

    @Test
    void an_agent_is_stuck_by_its_own_rules_or_else_by_its_phases() {
        Plan plan = PlanReader.read(phase(
                        "'agents':['A',{'agent':'B','stuck':{'noOutput':'PT1M'}}],"
                                + "'stuck':{'noProgress':'PT30M','spendWithoutProgress':{'usd':1.5,'tokens':10},'action':'fail'}")
                .replace('\'', '"'));
        assertThat(plan.phases().getFirst().agents())
                .extracting(AgentRef::stuck)
                .containsExactly(
                        new StuckRules(
                                Optional.of(Duration.ofMinutes(30)),
                                Optional.empty(),
                                Optional.of(10L),
                                Optional.of(new BigDecimal("1.5")),
                                StuckRules.Action.FAIL),
                        new StuckRules(
                                Optional.empty(),
                                Optional.of(Duration.ofMinutes(1)),
                                Optional.empty(),
                                Optional.empty(),
                                StuckRules.Action.WARN));
    }

    private static Arguments bad(String document, String pointer, String found, String expected) {
        return Arguments.of(document, pointer, found, expected);
    }

    private static OnRubricMiss onRubricMiss(String policy) {
        return PlanReader.read(phase("'rubrics':{'a_min':1}" + policy).replace('\'', '"'))
                .phases()
                .getFirst()
                .onRubricMiss();
    }

    private static AgentRef read(String plan) {
        return PlanReader.read(plan.replace('\'', '"'))
                .phases()
                .getFirst()
                .agents()
                .getFirst();
    }

    private static String agent(String fields) {
        return phase("'agents':[{'agent':'A'," + fields + "}]");
    }

    private static String phase(String fields) {
        String agents = fields.contains("'agents'") ? "" : "'agents':['A'],";
        return "{'name':'p','phases':[{'phase':'P'," + agents + fields + "}]}";
    }
}
