/**
 * Agents that are programs: started as processes, spoken to over stdin and stdout, and ended with everything they
 * started.
 *
 * <p><b>Protocol.</b> The task goes to the program's stdin as one line of JSON, then stdin is closed (or kept open for
 * control lines where the agent asks for them). Its stdout is read as lines; a line that is a JSON object with a known
 * {@code type} is a message ({@code checkpoint}, {@code heartbeat}, {@code usage}, {@code log}, {@code result},
 * {@code error}), any other line is log output. What plainly is a message and has a slip in it is never text where that could
 * hide a failure, money or work. A program that sends no result and exits 0 has its text as output. Its output is read to its
 * real end, also when a child writes it after the program's own.
 *
 * <p><b>Processes.</b> Each program leads a session of its own and carries the attempt and the worker in its
 * environment. Its tree is the session, the descendants, and whatever carries the attempt's mark; a process is only
 * signalled when its start time is still the one it was found with. A program that leaves its session <em>and</em> has
 * no parent in the tree <em>and</em> has cleared its environment cannot be found without control groups.
 *
 * <p><b>Failure.</b> A cancelled or revoked attempt throws, and its tree is gone before it does. A finished attempt
 * leaves no process behind. What a killed worker leaves behind is ended by {@link
 * io.orchestrator.worker.program.Orphans} of the next worker on that host.
 */
@NullMarked
package io.orchestrator.worker.program;

import org.jspecify.annotations.NullMarked;
