package io.orchestrator.queue.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The atomic operations, one Lua file each. What is declared here is what the file's header says, which a test checks:
 * a name for each key and argument, where a last name that ends in {@code ...} stands for one or more.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are made by List.of
enum Script {
    SEND("send", List.of("stream"), List.of("task ids..."), ScriptOutputType.INTEGER),
    READ(
            "read",
            List.of("streams..."),
            List.of("group", "consumer", "max", "for each stream..."),
            ScriptOutputType.MULTI),
    SETTLE("settle", List.of("stream"), List.of("group", "entry ids..."), ScriptOutputType.INTEGER),
    GIVE_BACK("give-back", List.of("stream"), List.of("group", "entry id..."), ScriptOutputType.INTEGER),
    RETIRE_CONSUMER(
            "retire-consumer",
            List.of("stream"),
            List.of("group", "consumer", "idle", "limit"),
            ScriptOutputType.MULTI),
    GENERATION("generation", List.of("mark", "streams..."), List.of("fresh", "group"), ScriptOutputType.MULTI),
    SPREAD("spread", List.of("spread"), List.of("partitions", "life"), ScriptOutputType.VALUE),
    ENQUEUE_ONCE(
            "enqueue-once", List.of("stream", "once"), List.of("payload", "life", "bound"), ScriptOutputType.VALUE),
    ACKNOWLEDGE_MESSAGE(
            "acknowledge-message", List.of("stream"), List.of("group", "message id"), ScriptOutputType.INTEGER),
    FORGET_CONSUMER("forget-consumer", List.of("stream"), List.of("group", "consumer"), ScriptOutputType.INTEGER);

    private static final String OPEN_ENDED = "...";

    final String file;
    final List<String> keys;
    final List<String> arguments;
    final ScriptOutputType returns;
    final String source;
    private final String digest;

    Script(String name, List<String> keys, List<String> arguments, ScriptOutputType returns) {
        this.file = "lua/" + name + ".lua";
        this.keys = keys;
        this.arguments = arguments;
        this.returns = returns;
        this.source = load(file);
        this.digest = sha1(source);
    }

    /**
     * Sends the script by its digest, and in full when the server does not know it (restarted, {@code SCRIPT FLUSH}).
     * Never blocks; the result's type is that of {@link #returns}.
     */
    <T> CompletionStage<T> run(
            RedisClusterAsyncCommands<String, String> commands, List<String> keys, List<String> arguments) {
        checkCounts(keys.size(), arguments.size());
        String[] keyArray = keys.toArray(String[]::new);
        String[] argumentArray = arguments.toArray(String[]::new);
        return commands.<T>evalsha(digest, returns, keyArray, argumentArray).exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof RedisNoScriptException
                    ? commands.eval(source, returns, keyArray, argumentArray)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    void checkCounts(int givenKeys, int givenArguments) {
        check("keys", keys, givenKeys);
        check("arguments", arguments, givenArguments);
    }

    private void check(String what, List<String> declared, int given) {
        boolean openEnded = declared.getLast().endsWith(OPEN_ENDED);
        if (given < declared.size() || (!openEnded && given > declared.size())) {
            throw new IllegalArgumentException(
                    file + " expects the " + what + " " + declared + ", but was given " + given);
        }
    }

    private static String load(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the script " + file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the script " + file, e);
        }
    }

    private static String sha1(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1, by which Redis names scripts", e);
        }
    }
}
