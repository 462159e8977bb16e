/**
 * The store on Postgres.
 *
 * <p>One package-private class for each table holds its statements; the public classes implement the ports as
 * transactions over them. Rules that every transaction keeps:
 *
 * <ul>
 *   <li>Rows are locked in the order live_tasks, phases, runs, and by id within a table; who cannot keep the order skips
 *       what is locked. What deadlocks all the same is run again, a few times.
 *   <li>The isolation is READ COMMITTED: a statement that waited for a row looks at its new version, so conditions stand
 *       inside the statement that acts on them.
 *   <li>Instants are {@code clock_timestamp()}; {@code now()} stands still inside a transaction.
 *   <li>Plain statements are written with the generated tables, so that the compiler checks them against the migrations.
 *       Those whose locks, order or set-based shape matter stand as SQL text in a method of their own, with the reasoning
 *       beside it; they are constants, and values are always bound.
 *   <li>No state of a session is used (LISTEN, advisory session locks, SET), so a transaction pooler may stand in front.
 * </ul>
 */
@NullMarked
package io.orchestrator.store.postgres;

import org.jspecify.annotations.NullMarked;
