package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents that submit work and wait for it, on the whole engine. */
class ChildrenIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    /** Submits a child for each of its pages, waits, and adds up what came back. */
    private static Json editor(AgentContext context) {
        List<ChildResult> pages = context.children().results();
        if (pages.isEmpty()) {
            for (int page = 1; page <= 5; page++) {
                context.children().submit("page-" + page, "Reader", Json.object("page", page));
            }
            context.checkpoint(
                    "asked", Json.of("asked in attempt " + context.task().attempt()));
            throw context.awaitChildren();
        }
        long sum = pages.stream()
                .filter(ChildResult::completed)
                .mapToLong(page -> page.output().orElseThrow().asLong())
                .sum();
        return Json.object(
                "sum",
                sum,
                "missing",
                pages.stream().filter(page -> !page.completed()).count(),
                "resumed",
                context.resume().orElseThrow().data());
    }

    private static Json reader(AgentContext context) {
        long page = context.input().get("page").orElseThrow().asLong();
        if (page == 3) {
            throw AgentFailure.permanent("page 3 is torn");
        }
        return Json.of(page * 10);
    }

    @Test
    void one_slot_is_enough_for_a_parent_and_its_children() {
        engine.agent("Editor", ChildrenIT::editor).agent("Reader", ChildrenIT::reader);
        engine.start(1);
        RunView end = engine.awaitEnd(engine.submit("{'name':'book','phases':[{'phase':'READ','agents':['Editor']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        RunView.Phase phase = end.phases().getFirst();
        assertThat(phase.total()).isEqualTo(6);
        assertThat(phase.completed()).isEqualTo(5);
        assertThat(phase.failed()).isZero();
        RunView.Task editor = phase.tasks().getFirst();
        assertThat(editor.attempts()).isEqualTo(1);
        assertThat(editor.output()).contains(Json.parse("""
                {"sum":120,"missing":1,"resumed":"asked in attempt 1"}"""));
        assertThat(engine.view(end.id()).phases().getFirst().tasks())
                .filteredOn(task -> task.state() == TaskState.FAILED)
                .singleElement()
                .satisfies(task -> assertThat(task.error()).contains("page 3 is torn"));
    }

    @Test
    void generations_work_for_each_other_and_the_results_come_up() {
        Agent halver = context -> {
            long n = context.input().get("n").orElseThrow().asLong();
            if (n == 1) {
                return Json.of(1);
            }
            List<ChildResult> halves = context.children().results();
            if (halves.isEmpty()) {
                context.children().submit("left", "Halver", Json.object("n", n / 2));
                context.children().submit("right", "Halver", Json.object("n", n - n / 2));
                throw context.awaitChildren();
            }
            return Json.of(halves.stream()
                    .mapToLong(half -> half.output().orElseThrow().asLong())
                    .sum());
        };
        engine.agent("Halver", halver).start(3);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'halves','inputs':{'n':16},'phases':[{'phase':'P','agents':['Halver']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().tasks().getFirst().output()).contains(Json.of(16));
        assertThat(end.phases().getFirst().total()).isEqualTo(31);
    }

    @Test
    void a_body_that_waits_for_nothing_is_told_so() {
        engine.agent("Idler", context -> {
            throw context.awaitChildren();
        });
        engine.start(1);
        RunView end = engine.awaitEnd(
                engine.submit("{'name':'idle','retry':{'maxAttempts':1},'phases':[{'phase':'P','agents':['Idler']}]}"));
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("there is nothing to wait for");
    }
}
