/**
 * The queue on Redis Streams (Redis 7.0 or later; one server, sentinels or a cluster).
 *
 * <h2>Keys</h2>
 *
 * {@code {tasks:<partition>}:<lane>} is a stream for each lane (critical, high, normal, low) of each partition, with one
 * group, {@code workers}. Its entries have one field, {@code t}, the task's id. {@code {tasks:<partition>}:generation}
 * is the mark of the server's memory, {@code {tasks:<partition>}:spread} how many partitions all use; it expires. {@code {jobs:<topic>}:messages} is a topic, {@code {jobs:<topic>}:once:<key>} its
 * idempotence keys. All of it may stand behind a prefix. The part in braces puts what one script touches into one slot.
 *
 * <h2>The way of a ticket</h2>
 *
 * <ol>
 *   <li>{@code send}: appended. Work streams are never trimmed: trimming drops what nobody has read yet.
 *   <li>{@code read}: delivered to one consumer, in whose pending list it then is. One script looks into the lanes,
 *       highest first ({@link io.orchestrator.queue.LaneOrder} says when not), and stops at {@code max}. If there was
 *       nothing, the reader's own connection blocks for at most 2 s at a time.
 *   <li>{@code settle}: acknowledged and deleted, right after the claim in the store and before the work. So a stream is
 *       as long as its backlog, and what is pending is seconds old: time in a pending list is never taken for work.
 * </ol>
 *
 * <h2>When something fails</h2>
 *
 * <ul>
 *   <li>An answer does not come: the reader gives up its connection, and its next read begins with its own pending
 *       entries, where a delivery that went astray must be.
 *   <li>A reader closes: its connection is dropped by the server before its pending tickets are put back and its
 *       consumer is removed, so that nothing is handed to it afterwards. A reader that dies leaves both to the next one
 *       of its name, or to {@code removeIdleConsumers}.
 *   <li>Streams or groups are gone (a flush): the next read makes them, from 0, so that what was already appended again
 *       is not skipped. The generation mark tells schedulers to send everything that is queued once more.
 *   <li>The server restarts, or another one takes over: the mark holds the id of the process it was written on, so a
 *       server that came back with yesterday's memory is recognised too.
 *   <li>Redis is away: {@link io.orchestrator.queue.QueueUnavailable}, at once while disconnected, else after the command
 *       time-out. A time-out does not say that the command was not executed; all of them may be repeated.
 *   <li>Redis answers and turns us away (user, password, a command that is not allowed, TLS, version):
 *       {@link io.orchestrator.queue.QueueRefused}, which is an outage that a person has to end.
 *   <li>Redis answers and takes nothing (full, a replica, no disk): {@link io.orchestrator.queue.QueueTakesNothing}, also to
 *       who only reads, because nothing would come any more; found out by writing every few seconds.
 *   <li>Redis would evict: {@link io.orchestrator.queue.redis.EvictingRedis}, or a warning.
 * </ul>
 *
 * <h2>Connections</h2>
 *
 * One for commands, one for each reader or consumer (a blocking command delays what shares its connection), one for
 * subscriptions. The first and the last reconnect by themselves and reject commands meanwhile; sent commands are then not
 * repeated. Request queues are bounded; while Redis is frozen, Lettuce warns for each rejected command with a stack trace:
 * a logging configuration should limit {@code io.lettuce.core.protocol} to errors.
 *
 * <p>Lettuce is used in this package only.
 */
@NullMarked
package io.orchestrator.queue.redis;

import org.jspecify.annotations.NullMarked;
