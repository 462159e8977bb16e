package io.orchestrator.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.lab.chaos.FaultPlan.Planned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration MINUTE = Duration.ofSeconds(60);

    private static FaultPlan plan(long seed, Duration length) {
        return FaultPlan.of(seed, length, LEASE);
    }

    private static long count(FaultPlan plan, String kind) {
        return counts(plan).getOrDefault(kind, 0L);
    }

    private static Map<String, Long> counts(FaultPlan plan) {
        return plan.faults().stream()
                .collect(Collectors.groupingBy(planned -> planned.fault().kind(), Collectors.counting()));
    }

    @Test
    void the_same_seed_gives_the_same_faults_at_the_same_moments() {
        assertThat(plan(7, MINUTE)).isEqualTo(plan(7, MINUTE));
    }

    @Test
    void another_seed_gives_other_moments_of_the_same_kinds_of_faults() {
        assertThat(plan(7, MINUTE).faults()).isNotEqualTo(plan(8, MINUTE).faults());
        assertThat(counts(plan(7, MINUTE))).isEqualTo(counts(plan(8, MINUTE)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_minute_has_as_many_faults_of_each_kind_as_the_suite_promises(long seed) {
        FaultPlan plan = plan(seed, MINUTE);
        assertThat(count(plan, "worker killed")).isGreaterThanOrEqualTo(20);
        assertThat(count(plan, "worker frozen beyond its lease")).isGreaterThanOrEqualTo(5);
        assertThat(count(plan, "scheduler killed") + count(plan, "timer killed"))
                .isGreaterThanOrEqualTo(10);
        assertThat(counts(plan))
                .containsKeys(
                        "Redis FLUSHALL", "Redis killed", "Postgres stopped (immediate)", "answers of Redis lost");
    }

    @Test
    void an_hour_has_sixty_times_the_faults_of_a_minute() {
        assertThat(count(plan(1, Duration.ofHours(1)), "worker killed"))
                .isEqualTo(60 * count(plan(1, MINUTE), "worker killed"));
    }

    @Test
    void even_a_short_plan_has_every_kind_of_fault() {
        assertThat(counts(plan(1, Duration.ofSeconds(10))).keySet())
                .isEqualTo(counts(plan(1, Duration.ofHours(1))).keySet());
    }

    @Test
    void faults_come_in_order_and_are_over_when_the_plan_is() {
        List<Planned> faults = plan(3, MINUTE).faults();
        assertThat(faults).extracting(Planned::at).isSorted();
        assertThat(faults)
                .allSatisfy(p -> assertThat(p.at().plus(p.fault().lasts())).isLessThanOrEqualTo(MINUTE));
    }

    @Test
    void who_is_frozen_beyond_its_lease_sleeps_longer_than_it_and_who_is_frozen_within_does_not() {
        Map<Boolean, List<Duration>> lengths = plan(5, Duration.ofMinutes(10)).faults().stream()
                .map(Planned::fault)
                .filter(Fault.Freeze.class::isInstance)
                .map(Fault.Freeze.class::cast)
                .filter(freeze -> freeze.role() == Role.WORKER)
                .collect(Collectors.partitioningBy(
                        Fault.Freeze::pastLease, Collectors.mapping(Fault.Freeze::lasts, Collectors.toList())));
        assertThat(lengths.get(true)).isNotEmpty().allMatch(length -> length.compareTo(LEASE) > 0);
        assertThat(lengths.get(false)).isNotEmpty().allMatch(length -> length.compareTo(LEASE.dividedBy(2)) <= 0);
    }

    @Test
    void the_load_is_a_function_of_its_seed_and_has_at_least_the_tasks_asked_for() {
        assertThat(Plans.of(4, 500)).isEqualTo(Plans.of(4, 500));
        assertThat(Plans.of(4, 500).stream().mapToInt(Plans.Sized::tasks).sum()).isBetween(500, 520);
        assertThat(Plans.of(4, 500).stream()
                        .map(p -> p.document().text("name").orElseThrow())
                        .collect(Collectors.groupingBy(Function.identity())))
                .containsOnlyKeys("sequential", "parallel", "sharded", "retried", "task-timebox", "phase-timebox");
    }
}
