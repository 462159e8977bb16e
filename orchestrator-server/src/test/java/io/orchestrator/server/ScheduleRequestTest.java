package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleRequestTest {
    @Test
    void the_context_of_a_request_is_read() {
        ScheduleRequest request = ScheduleRequest.read(Json.parse("""
                {"plan": {"phase": "INTAKE", "agents": ["A"]},
                 "ctx": {"run_id": "run-123", "phase_id": "phase-456", "phase": "INTAKE", "inputs": {"idea": "x"},
                         "budgets": {"tokens": 5}, "rubrics": {}, "timebox": "PT3H"}}
                """), Optional.empty());

        assertThat(request.plan()).isEqualTo(Json.parse("{\"phase\": \"INTAKE\", \"agents\": [\"A\"]}"));
        assertThat(request.context().inputs()).isEqualTo(Json.object("idea", "x"));
        assertThat(request.context().budgets()).isEqualTo(Json.object("tokens", 5));
        assertThat(request.context().timebox()).contains("PT3H");
        assertThat(request.context().key()).contains("run-123/phase-456");
    }

    @Test
    void the_key_of_the_header_wins() {
        Json body = Json.parse("{\"plan\": {}, \"ctx\": {\"run_id\": \"run-123\", \"phase_id\": \"phase-456\"}}");

        assertThat(ScheduleRequest.read(body, Optional.of("mine")).context().key())
                .contains("mine");
    }

    @Test
    void a_request_without_a_context_has_no_key() {
        Json body = Json.parse("{\"plan\": {}}");

        assertThat(ScheduleRequest.read(body, Optional.empty()).context().key()).isEmpty();
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() {
        Json body = Json.parse("""
                {"Plan": {}, "ctx": {"run_id": 7, "inputs": [], "budget": {}}}
                """);

        InvalidPlanException refused =
                catchThrowableOfType(InvalidPlanException.class, () -> ScheduleRequest.read(body, Optional.of(" ")));

        assertThat(refused.faults())
                .extracting(PlanFault::pointer)
                .containsExactlyInAnyOrder("", "/Plan", "Idempotency-Key", "/ctx/run_id", "/ctx/inputs", "/ctx/budget");
    }

    @Test
    void what_postgres_cannot_hold_is_refused_where_it_stands() {
        Json body = Json.object("plan", Json.EMPTY_OBJECT, "ctx", Json.object("inputs", Json.object("a", "x\0y")));

        InvalidPlanException refused =
                catchThrowableOfType(InvalidPlanException.class, () -> ScheduleRequest.read(body, Optional.empty()));

        assertThat(refused.faults()).extracting(PlanFault::pointer).containsExactly("/ctx/inputs/a");
    }
}
