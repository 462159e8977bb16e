/**
 * The one executable: commands, and by hand what they are composed of.
 *
 * <h2>Responsibility</h2>
 *
 * {@link io.orchestrator.cli.Main} finds the command. {@code Stack} opens the servers and the ports on them, embedded or
 * real. {@code Engine} is the services of one process. {@code Follower} shows a run until it ends.
 *
 * <h2>Protocol</h2>
 *
 * Everything that can be wrong with what a user gave is found before anything is started or stored. Standard output
 * carries results only, with {@code -o json} exactly one document; progress, logs and errors go to standard error.
 *
 * <p>A signal is a wish: {@code Interruption} wakes whoever waits, and the command unwinds as it does at its normal end.
 * Workers drain first, while scheduler and timer still serve them; then those stop, then connections close, then the
 * servers. The process ends within the grace and a few seconds, whatever hangs.
 *
 * <h2>Failure handling</h2>
 *
 * A mistake or a missing server is a {@code Refusal} or an exception that {@code FailureReport} knows: one sentence, exit
 * code 2, no trace. Anything else is a bug: a short message, the trace in a file, exit code 70.
 */
@NullMarked
package io.orchestrator.cli;

import org.jspecify.annotations.NullMarked;
