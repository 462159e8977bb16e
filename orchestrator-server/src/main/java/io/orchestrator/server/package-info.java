/**
 * The doors: HTTP for health, metrics and scheduling.
 *
 * <h2>Responsibility</h2>
 *
 * Every service process has an {@link io.orchestrator.server.OpsServer} with {@code /livez}, {@code /readyz},
 * {@code /metrics} and {@code /status}; one that takes work in adds {@link io.orchestrator.server.ScheduleApi} and
 * {@link io.orchestrator.server.RunApi}. {@link io.orchestrator.server.RunDocument} is how a run is written, here and
 * on the command line.
 *
 * <h2>Protocol</h2>
 *
 * JSON in and out, 1 MiB of request at most. An error is {@code {"error": {"message", "code"}}}, where the code is made
 * for programs and the message for people; a refused plan adds {@code "faults"}, each with {@code pointer},
 * {@code found} and {@code expected}. {@code POST /schedule} may be repeated under an idempotence key.
 *
 * <p>{@link io.orchestrator.server.Routes} makes all routes alike: HEAD as GET, 405 with {@code Allow} for another method,
 * parameters and bodies that can be stored. Probes are answered on a second connector too, which shares neither places nor
 * threads with the first one.
 *
 * <p>There are no credentials yet, so the server listens on a loopback address unless it is told that whoever reaches
 * the address may use it. A page in a browser on the same machine reaches loopback too: requests that carry another
 * site's {@code Origin}, or a name for this host that it does not have, are refused.
 *
 * <h2>Failure handling</h2>
 *
 * Liveness asks nobody. Readiness asks Postgres and Redis beside the request, and answers within a second whether they
 * do or not; Redis away is a degraded service, Postgres away none. While Postgres is away the other doors answer 503 with
 * {@code Retry-After}. Clients that hold places or memory without getting anywhere lose them: heads, bodies and answers have
 * their time, connections make room for new ones, large bodies and answers share a part of the heap. What goes wrong inside
 * is logged with its trace and shown without.
 */
@NullMarked
package io.orchestrator.server;

import org.jspecify.annotations.NullMarked;
