package io.orchestrator.lab.chaos;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A Java agent of {@code input.steps} steps that writes all it does to the journal of {@code input.scene}. Each step has
 * an effect under the engine's key for a taker that knows keys, and uses tokens. One more effect, whose taker knows none, is to be done at
 * most once: the intent is saved in a checkpoint before, and whoever finds the intent leaves the effect alone.
 */
public final class ChaosStepsAgent implements Agent {
    private static final long STEP_MS = 150;
    private static final long TOKENS_A_STEP = 11;

    @Override
    public String name() {
        return "ChaosSteps";
    }

    @Override
    public Json execute(AgentContext context) throws Exception {
        Body body = new Body(context);
        body.start();
        body.atMostOnce();
        body.steps();
        body.journal("finish", Json.EMPTY_OBJECT);
        return Json.object("steps", body.count);
    }

    /** One attempt. */
    private static final class Body {
        private final AgentContext context;
        private final Scene scene;
        private final long count;
        private long seq;
        private long done;
        private boolean intended;

        Body(AgentContext context) {
            this.context = context;
            this.scene = new Scene(
                    Path.of(context.input().text("scene").orElseThrow(() -> new IllegalStateException("no scene"))));
            this.count = context.input().get("steps").map(Json::asLong).orElse(2L);
            this.seq = context.resume().map(Checkpoint::seq).orElse(0L);
            Json data = context.resume().map(Checkpoint::data).orElse(Json.EMPTY_OBJECT);
            this.done = data.get("done").map(Json::asLong).orElse(0L);
            this.intended = data.has("intended");
        }

        void start() {
            journal("start", Json.object("resumeSeq", seq, "of", count));
        }

        void atMostOnce() {
            if (!intended) {
                intended = true;
                checkpoint("intent");
                String key = context.stepKey("notify");
                journal("effect", Json.object("key", key, "keyed", true, "effect", "notified"));
            }
        }

        void steps() throws Exception {
            while (done < count) {
                TimeUnit.MILLISECONDS.sleep(STEP_MS);
                String name = "step-" + (done + 1);
                used(done + 1);
                String key = context.stepKey(name);
                Json result = context.step(name, () -> Json.of(apply(key)));
                if (!result.asText().equals(key)) {
                    throw new IllegalStateException("the result of another step came back: " + result);
                }
                done++;
                checkpoint(name);
            }
        }

        /** Told in the journal first, so that nothing is booked that was not told. */
        private void used(long step) {
            journal("usage", Json.object("step", String.valueOf(step), "tokens", TOKENS_A_STEP));
            context.usage(TOKENS_A_STEP, BigDecimal.ZERO, 0);
        }

        private String apply(String key) {
            boolean applied = scene.apply(key);
            String step = String.valueOf(done + 1);
            journal("effect", Json.object("key", key, "keyed", applied, "effect", "wrote", "step", step, "of", count));
            return key;
        }

        /** A checkpoint whose answer was lost may be there twice, so the number told is the least that it can have. */
        private void checkpoint(String token) {
            context.checkpoint(token, Json.object("done", done, "intended", true));
            seq++;
            journal("checkpoint", Json.object("seq", seq));
        }

        private void journal(String kind, Json more) {
            scene.journal(Json.object(
                            "kind", kind,
                            "task", context.task().id(),
                            "epoch", context.task().epoch(),
                            "attempt", context.task().attempt())
                    .overlaidBy(more));
        }
    }
}
