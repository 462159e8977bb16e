/**
 * The independent checker: whether what the engine promised held, judged from what is left behind.
 *
 * <p><b>Responsibility.</b> {@link io.orchestrator.verify.Checker} reads the database, and an effects journal where one
 * is given, and reports each invariant as held, broken (with the rows that break it) or skipped (with the reason). It
 * shares no code with the engine: what the rows mean is written here a second time, from the schema and the
 * architecture page, so that one mistake cannot hide in both.
 *
 * <p><b>Protocol.</b> Everything is read in one read-only transaction on one snapshot, so a system may be checked while
 * it works: a transaction of the engine is seen whole or not at all. The journal is read after the snapshot was taken;
 * rules say for themselves how they treat lines that are newer than the snapshot.
 *
 * <p><b>The journal</b> is a file of JSON objects, one a line, that agents and load generators append to (with one write
 * for each line, in append mode). Fields that are not named here are left alone. {@code kind} is one of:
 *
 * <ul>
 *   <li>{@code effect} (also when there is no kind): something was done outside the engine. {@code task}, {@code key}
 *       (the key that is stable over attempts), {@code epoch}, {@code attempt}, {@code effect} (words for people);
 *       {@code keyed: true} when the effect's taker applies a key once, so that two such lines with one key are a
 *       broken promise; {@code step} and {@code of} when it is one of so many steps of its task.
 *   <li>{@code start}: an attempt began. {@code task}, {@code epoch}, {@code worker}, {@code resumeSeq} (the number of
 *       the checkpoint it continues from, 0 for none), {@code of} as above.
 *   <li>{@code checkpoint}: saving one returned. {@code task}, {@code epoch}, {@code seq}.
 *   <li>{@code finish}: an attempt is about to report success. {@code task}, {@code epoch}.
 *   <li>{@code submitted}: a submission was accepted. {@code run}.
 * </ul>
 *
 * <p><b>Failure handling.</b> What cannot be read is not evidence: a journal with a damaged line, a run that does not
 * exist, a database that does not answer or lacks the schema end the check with a
 * {@link io.orchestrator.verify.VerificationException}. Only a last line without a line feed may be damaged, because its
 * writer may have been killed while writing; the report then says so.
 */
@NullMarked
package io.orchestrator.verify;

import org.jspecify.annotations.NullMarked;
