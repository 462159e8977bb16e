package io.orchestrator.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseRefused;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.Unreadable;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which failure is answered how. Nothing of a trace leaves the process. */
final class ErrorAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final String RETRY_AFTER_SECONDS = "2";

    private ErrorAnswers() {}

    static void install(RoutesConfig routes, Routes known) {
        routes.exception(RequestRefused.class, ErrorAnswers::refused);
        routes.exception(
                InvalidPlanException.class,
                (e, ctx) -> Answer.refusal(ctx, "invalid_request", "the request is not valid", e.faults()));
        routes.exception(KeyConflict.class, (e, ctx) -> Answer.error(ctx, 409, "key_conflict", message(e)));
        routes.exception(PhaseRefused.class, (e, ctx) -> Answer.error(ctx, 409, "phase_refused", message(e)));
        routes.exception(DataRejected.class, ErrorAnswers::rejected);
        routes.exception(Unreadable.class, (e, ctx) -> Answer.error(ctx, 422, "unreadable", message(e)));
        routes.exception(StoreUnavailable.class, ErrorAnswers::storeAway);
        routes.exception(HttpResponseException.class, (e, ctx) -> ofTheFramework(e, ctx, known));
        routes.exception(Exception.class, ErrorAnswers::internal);
    }

    private static void refused(RequestRefused e, Context ctx) {
        if (e.status() == 503) {
            ctx.header("Retry-After", RETRY_AFTER_SECONDS);
        }
        Answer.error(ctx, e.status(), e.code(), message(e));
    }

    private static void storeAway(StoreUnavailable e, Context ctx) {
        LOG.warn("{} {} is answered 503: {}", ctx.method().name(), ctx.path(), e.getMessage());
        ctx.header("Retry-After", RETRY_AFTER_SECONDS);
        if (e instanceof StoreBusy) {
            Answer.error(
                    ctx,
                    503,
                    "store_busy",
                    "another session of Postgres holds what this needs, or it took too long. Nothing was changed; try again");
            return;
        }
        if (e instanceof StoreRefused) {
            Answer.error(
                    ctx,
                    503,
                    "store_refused",
                    "Postgres cannot be used as it is set up; the log of this process says why. Nothing was changed");
            return;
        }
        Answer.error(
                ctx,
                503,
                "store_unavailable",
                "Postgres does not answer, and whether the request took effect is not known: send it again in "
                        + RETRY_AFTER_SECONDS + " s, a POST /schedule under the same idempotence key");
    }

    /** What Postgres says of it is for the log: it speaks of columns and types that callers do not know. */
    private static void rejected(DataRejected e, Context ctx) {
        if (e.getCause() == null) {
            Answer.error(ctx, 422, "data_rejected", message(e));
            return;
        }
        LOG.warn("{} {} is answered 422: {}", ctx.method().name(), ctx.path(), e.getMessage());
        Answer.error(
                ctx,
                422,
                "data_rejected",
                "something of the request cannot be stored; the log of this process says what. Nothing was changed");
    }

    private static void ofTheFramework(HttpResponseException e, Context ctx, Routes known) {
        if (e.getStatus() == 404) {
            known.missed(ctx);
        } else {
            Answer.error(ctx, e.getStatus(), "http_" + e.getStatus(), message(e));
        }
    }

    private static void internal(Exception e, Context ctx) {
        LOG.error("{} {} failed", ctx.method().name(), ctx.path(), e);
        Answer.error(ctx, 500, "internal", "something went wrong inside; the log of this process says what");
    }

    /** An {@link Error}: the request ends, and the process goes on for as long as it can. */
    static void fatal(HttpServletResponse response, Error error) {
        LOG.error("a request ended with an error of the platform", error);
        response.setStatus(500);
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
