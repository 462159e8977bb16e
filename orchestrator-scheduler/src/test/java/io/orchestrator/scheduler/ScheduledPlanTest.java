package io.orchestrator.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.plan.PlanReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduledPlanTest {
    private static final Json PHASE = Json.parse("""
            {"phase": "INTAKE", "parallelism": "sequential", "agents": ["Classifier", "Expander"],
             "budgets": {"tokens": 700000, "tools_minutes": 60}, "rubrics": {"coverage_min": 0.9}, "timebox": "PT1H"}
            """);

    @Test
    void a_phase_becomes_a_plan_of_its_own_with_the_phase_name() {
        Plan plan = ScheduledPlan.of(PHASE, ScheduleContext.NONE).plan();

        assertThat(plan.name()).isEqualTo("INTAKE");
        assertThat(plan.phases()).singleElement().satisfies(phase -> {
            assertThat(phase.phase()).isEqualTo("INTAKE");
            assertThat(phase.timebox()).contains(Duration.ofHours(1));
        });
    }

    @Test
    void the_context_lays_its_limits_over_the_phase_field_by_field() {
        ScheduleContext context = context("""
                {"budgets": {"tokens": 5}, "rubrics": {"ambiguity_max": 0.1}, "timebox": "PT3H"}
                """);

        PhasePlan phase = ScheduledPlan.of(PHASE, context).plan().phases().getFirst();

        assertThat(phase.budgets().tokens()).contains(5L);
        assertThat(phase.budgets().toolsMinutes()).contains(new BigDecimal("60"));
        assertThat(phase.rubrics()).containsOnlyKeys("coverage_min", "ambiguity_max");
        assertThat(phase.timebox()).contains(Duration.ofHours(3));
    }

    @Test
    void a_whole_plan_stays_as_it_is_and_takes_budgets_and_timebox() {
        Json whole = Json.object("name", "audit", "phases", List.of(PHASE));

        Plan plan = ScheduledPlan.of(whole, context("{\"timebox\": \"PT9H\"}")).plan();

        assertThat(plan.name()).isEqualTo("audit");
        assertThat(plan.timebox()).contains(Duration.ofHours(9));
        assertThat(plan.phases().getFirst().timebox()).contains(Duration.ofHours(1));
    }

    @Test
    void faults_of_a_phase_are_told_where_the_caller_wrote_them() {
        Json phase =
                PHASE.with("agents", List.of("A", "A")).with("color", "red").with("parallelism", 0);

        List<PlanFault> faults = refused(phase, ScheduleContext.NONE);

        assertThat(faults)
                .extracting(PlanFault::pointer)
                .containsExactlyInAnyOrder("/plan/agents/1", "/plan/color", "/plan/parallelism");
        assertThat(faults).extracting(PlanFault::found).noneMatch(found -> found.contains("/phases/"));
    }

    @Test
    void faults_of_the_context_are_told_there() {
        List<PlanFault> faults = refused(PHASE, context("""
                {"phase": "OTHER", "budgets": {"tokens": -1, "minutes": 3}, "rubrics": {"x": 1}, "timebox": "soon"}
                """));

        assertThat(faults)
                .extracting(PlanFault::pointer)
                .containsExactlyInAnyOrder(
                        "/ctx/phase", "/ctx/budgets/tokens", "/ctx/budgets/minutes", "/ctx/rubrics/x", "/ctx/timebox");
    }

    @Test
    void a_name_that_is_no_name_is_one_fault_and_not_none() {
        assertThat(refused(PHASE.with("phase", "two\nlines"), ScheduleContext.NONE))
                .extracting(PlanFault::pointer)
                .containsExactly("/plan/phase");
        assertThat(refused(PHASE.with("phase", "nul\0"), ScheduleContext.NONE))
                .extracting(PlanFault::pointer)
                .containsExactly("/plan/phase");
        assertThat(refused(Json.of("INTAKE"), ScheduleContext.NONE))
                .extracting(PlanFault::pointer)
                .containsExactly("/plan");
    }

    @Test
    void rubrics_and_a_phase_beside_a_whole_plan_are_refused() {
        Json whole = Json.object("name", "audit", "phases", List.of(PHASE));

        assertThat(refused(whole, context("{\"phase\": \"INTAKE\", \"rubrics\": {\"a_min\": 1}}")))
                .extracting(PlanFault::pointer)
                .containsExactly("/ctx/phase", "/ctx/rubrics");
    }

    @Test
    void a_phase_built_in_code_reads_the_same_from_its_document() {
        Json document = Json.parse("""
                {"name": "all", "phases": [{"phase": "QA", "parallelism": 4, "inputs": {"a": 1},
                  "budgets": {"tokens": 7, "tools_minutes": 1.5, "usd": 0.25}, "timebox": "PT90M",
                  "rubrics": {"coverage_min": 0.9},
                  "agents": ["Plain", {"tool": "Formatter", "as": "Pretty", "timebox": "PT5M"},
                    {"agent": "Tester", "inputs": {"b": [2]}, "shard": {"over": "tests", "size": 100},
                     "retry": {"base": "PT2S", "max": "PT10M", "maxAttempts": 5, "jitter": true}}]}]}
                """);
        PhasePlan phase = PlanReader.read(document).phases().getFirst();

        assertThat(ScheduledPlan.of(PhaseDocument.of(phase), ScheduleContext.NONE)
                        .plan()
                        .phases())
                .containsExactly(phase);
    }

    private static ScheduleContext context(String json) {
        return ScheduleContext.read(Json.parse(json));
    }

    private static List<PlanFault> refused(Json given, ScheduleContext context) {
        return catchThrowableOfType(InvalidPlanException.class, () -> ScheduledPlan.of(given, context))
                .faults();
    }
}
