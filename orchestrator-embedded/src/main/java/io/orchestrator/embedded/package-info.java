/**
 * Postgres and Redis for a machine that has neither: unpacked from Maven artifacts, kept in one directory of the user,
 * shared by the processes that use it. Depends on nothing else of the product.
 *
 * <h2>Responsibility</h2>
 *
 * {@link io.orchestrator.embedded.DataDirectory} says where, {@link io.orchestrator.embedded.LocalStack} gives the URLs
 * of servers that run, {@link io.orchestrator.embedded.TemporaryStack} does the same for tests. Linux and macOS.
 *
 * <h2>Files</h2>
 *
 * <pre>
 * startup.lock    held exclusively while servers are started, joined, left or stopped
 * users.lock      held shared by every process that uses the servers
 * stack.json      pid, birth and port of each server; replaced atomically
 * postgres/       the cluster; orchestrator.conf and orchestrator.password in it are ours
 * redis/          redis.conf, redis.pid, the append-only files
 * logs/           postgres.log, redis.log; set aside as .1 when large
 * </pre>
 *
 * The programs are unpacked beside, in the user's cache directory, once per version.
 *
 * <h2>Protocol</h2>
 *
 * <ol>
 *   <li><b>Open</b>: take {@code startup.lock}. Try {@code users.lock} exclusively. Got it: there are no users, so
 *       whatever still runs is an orphan; end it, forget {@code stack.json}. Then share {@code users.lock}, start what
 *       does not run (recording each server in {@code stack.json} as soon as it has a pid), and release
 *       {@code startup.lock}. A user who finds a server dead that others rely on brings it back on its port.
 *   <li><b>Close</b>: take {@code startup.lock}. Release {@code users.lock} and try it exclusively. Got it: this was the
 *       last user; stop Postgres, then Redis, delete {@code stack.json}. Release both.
 * </ol>
 *
 * Users' locks are the system's, so a killed user has left. Servers hold none. They run in sessions of their own and
 * outlive the process that started them, whether it leaves, is interrupted or is killed.
 *
 * <h2>Failure handling</h2>
 *
 * <ul>
 *   <li>All users killed: the servers run on, as orphans, until the next open replaces them. Nothing committed is lost.
 *   <li>A crash between the start of a server and its record: it is found by its own pid file.
 *   <li>A pid that belongs to another program by now is never signalled: a recorded process must have been born at the
 *       recorded moment, one from a pid file must have the data directory on its command line.
 *   <li>A crash while the cluster is created: what there is bears another name, and is thrown away.
 *   <li>A server that ends while it starts: the exception carries the end of its log.
 *   <li>A server that ignores its stop: Postgres goes from fast to immediate to SIGKILL, Redis from TERM to SIGKILL,
 *       each bounded.
 *   <li>A second container on the same volume while the first is using it: refused, as pids say nothing across them.
 * </ul>
 */
@NullMarked
package io.orchestrator.embedded;

import org.jspecify.annotations.NullMarked;
