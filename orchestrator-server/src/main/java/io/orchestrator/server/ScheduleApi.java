package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.Json;
import io.orchestrator.scheduler.ScheduleResult;
import io.orchestrator.scheduler.Scheduler;
import java.util.Optional;

/**
 * {@code POST /schedule} with {@code {"plan", "ctx"}}: 201 for a run that was made, 200 for one that the idempotence key
 * had made before, 400 with all faults, 409 for a key that was used for something else, 503 while the store is away.
 */
public final class ScheduleApi implements Door {
    private final Scheduler scheduler;

    public ScheduleApi(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void open(Routes routes) {
        routes.post("/schedule", this::schedule);
    }

    private void schedule(Context ctx) {
        Optional<String> key = Parameters.header(ctx, "Idempotency-Key");
        ScheduleRequest request = ScheduleRequest.read(Requests.document(ctx), key);
        ScheduleResult result = scheduler.schedule(request.plan(), request.context());
        Answer.json(ctx, result.created() ? 201 : 200, document(result));
    }

    private static Json document(ScheduleResult result) {
        return Json.object(
                "runId",
                result.runId(),
                "phaseId",
                result.phaseId(),
                "totalTasks",
                result.totalTasks(),
                "enqueuedTasks",
                result.enqueuedTasks(),
                "created",
                result.created());
    }
}
