package io.orchestrator.queue.redis;

import io.lettuce.core.Consumer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.orchestrator.queue.QueueUnavailable;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Asks whether the commands that the queue lives on are allowed, on a key that is never there: an answer changes nothing, and
 * a refusal comes now and not with the first ticket.
 */
final class RightsCheck {
    private final String key;
    private final String channel;

    RightsCheck(RedisKeys keys) {
        this.key = keys.probe();
        this.channel = keys.channel("probe");
    }

    /** Throws {@link io.orchestrator.queue.QueueRefused} for the first command that is not allowed. */
    @SuppressWarnings("unchecked") // An array of one that Lettuce makes of its only argument.
    void check(SharedLink link) {
        link.<Object>callAll(
                "answer",
                List.of(
                        commands -> untyped(commands.ping()),
                        commands -> untyped(commands.xadd(key, XAddArgs.Builder.nomkstream(), "t", "")),
                        commands -> untyped(commands.eval("return 1", ScriptOutputType.INTEGER, key)),
                        commands -> untyped(commands.publish(channel, ""))));
        try {
            link.call(
                    "answer",
                    commands -> commands.xreadgroup(
                            Consumer.from(RedisKeys.WORKERS, "probe"), StreamOffset.lastConsumed(key)));
        } catch (QueueUnavailable e) {
            // There is no such group, and one has to be allowed to read to be told so.
            if (!Replies.groupIsGone(e)) {
                throw e;
            }
        }
    }

    private static CompletionStage<Object> untyped(CompletionStage<?> answer) {
        return answer.thenApply(value -> (Object) value);
    }
}
