package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RunDocumentTest {
    private static final Instant CREATED = Instant.parse("2026-05-01T10:00:00Z");
    private static final Instant STARTED = Instant.parse("2026-05-01T10:00:01.5Z");

    @Test
    void a_run_keeps_its_fields_and_their_order() {
        RunView.Task done = new RunView.Task(
                "task-1",
                "phase-1",
                "agent",
                "Hasher",
                "Hashes",
                2,
                1,
                TaskState.COMPLETED,
                1,
                3,
                Optional.of(Json.object("hashes", List.of("ab"))),
                Optional.empty(),
                Optional.of(1.0),
                Optional.of("done"),
                Optional.of("worker-1"),
                Usage.NONE,
                Optional.of(STARTED),
                Optional.of(STARTED));

        assertThat(RunDocument.of(run(StageState.RUNNING, Optional.empty(), List.of(done))))
                .hasToString("""
                        {"runId":"run-1","name":"audit","state":"running","reason":null,"phases":[{"phase":"INTAKE",\
                        "state":"timed_out","reason":"timebox","round":1,"total":2,"completed":1,"failed":0,"running":1,"takenFrom":null,"tasks":[\
                        {"id":"task-1","target":"Hasher","name":"Hashes","shard":2,"round":1,"state":"completed",\
                        "attempts":1,"epoch":3,"output":{"hashes":["ab"]},"error":null,"progress":1.0,\
                        "message":"done","workerId":"worker-1","usage":{"tokens":0,"costUsd":0,"toolMs":0},\
                        "startedAt":"2026-05-01T10:00:01.500Z","finishedAt":"2026-05-01T10:00:01.500Z"}]}],"usage":{"tokens":12,\
                        "costUsd":0.18,"toolMs":5},"createdAt":"2026-05-01T10:00:00Z",\
                        "startedAt":"2026-05-01T10:00:01.500Z","finishedAt":null,\
                        "paused":null,"startAt":null}""");
    }

    @Test
    void what_is_absent_is_null_and_never_left_out() {
        RunView.Task queued = new RunView.Task(
                "task-1",
                "phase-1",
                "agent",
                "Hasher",
                "Hasher",
                -1,
                1,
                TaskState.QUEUED,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Usage.NONE,
                Optional.empty(),
                Optional.empty());

        Json task = RunDocument.of(run(StageState.RUNNING, Optional.empty(), List.of(queued)))
                .get("phases")
                .orElseThrow()
                .elements()
                .getFirst()
                .get("tasks")
                .orElseThrow()
                .elements()
                .getFirst();

        assertThat(task).isEqualTo(Json.parse("""
                        {"id":"task-1","target":"Hasher","name":"Hasher","shard":null,"round":1,"state":"queued","attempts":0,
                         "epoch":0,"output":null,"error":null,"progress":null,"message":null,"workerId":null,
                         "usage":{"tokens":0,"costUsd":0,"toolMs":0},"startedAt":null,"finishedAt":null}
                        """));
    }

    @Test
    void events_come_with_the_number_to_go_on_from() {
        EventView claimed = new EventView(
                "run-1",
                7,
                STARTED,
                "task.claimed",
                Optional.of("phase-1"),
                Optional.of("task-1"),
                OptionalLong.of(3),
                OptionalInt.of(1),
                Optional.of("worker-1"),
                Json.EMPTY_OBJECT);
        EventView submitted = new EventView(
                "run-1",
                8,
                STARTED,
                "run.completed",
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Json.EMPTY_OBJECT);

        assertThat(RunDocument.ofEvents("run-1", 6, List.of(claimed, submitted)))
                .isEqualTo(Json.parse("""
                        {"runId":"run-1","last":8,"events":[
                         {"seq":7,"at":"2026-05-01T10:00:01.500Z","kind":"task.claimed","phaseId":"phase-1",
                          "taskId":"task-1","epoch":3,"attempt":1,"workerId":"worker-1","data":{}},
                         {"seq":8,"at":"2026-05-01T10:00:01.500Z","kind":"run.completed","phaseId":null,
                          "taskId":null,"epoch":null,"attempt":null,"workerId":null,"data":{}}]}
                        """));
        assertThat(RunDocument.ofEvents("run-1", 6, List.of()))
                .isEqualTo(Json.parse("{\"runId\":\"run-1\",\"events\":[],\"last\":6}"));
    }

    private static RunView run(StageState state, Optional<String> reason, List<RunView.Task> tasks) {
        RunView.Phase phase = new RunView.Phase(
                "phase-1",
                "INTAKE",
                StageState.TIMED_OUT,
                Optional.of("timebox"),
                1,
                2,
                1,
                0,
                1,
                1,
                0,
                1,
                Usage.NONE,
                Optional.of(STARTED),
                Optional.empty(),
                tasks,
                Optional.empty());
        return new RunView(
                "run-1",
                "audit",
                state,
                reason,
                List.of(phase),
                new Usage(12, new BigDecimal("0.18"), 5),
                CREATED,
                Optional.of(STARTED),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
