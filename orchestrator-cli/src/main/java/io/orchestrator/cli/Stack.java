package io.orchestrator.cli;

import io.orchestrator.embedded.LocalStack;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Postgres and Redis, started or found, and the ports on them. Whoever opens one closes it, whatever happens in between;
 * closing stops embedded servers when nobody else uses them. Thread-safe.
 */
final class Stack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    private final Optional<LocalStack> local;
    private final DatabaseUrl databaseUrl;
    private final Optional<String> redisUrl;
    private final Ids ids;
    private final PostgresStore store;
    private final CompletableFuture<Optional<RedisQueues>> queues;
    private int migrationsApplied;

    /** Where Redis is, and how it is used. */
    private record Redis(Optional<String> url, QueueTuning tuning) {}

    private Stack(Optional<LocalStack> local, DatabaseUrl databaseUrl, Redis redis, Opening opening) {
        this.local = local;
        this.databaseUrl = databaseUrl;
        this.redisUrl = redis.url();
        // What takes time is loading the code of both clients, so that is done at once.
        this.queues = CompletableFuture.supplyAsync(
                () -> openQueues(redis, opening),
                body -> Thread.ofPlatform().daemon().name("open-redis").start(body));
        this.ids = new Ids(new SystemClock(), new SecureRandom());
        this.store = PostgresStore.open(databaseUrl, "orchestrator", opening.connections(), ids);
    }

    /**
     * Starts or finds the servers, brings the schema up to date where the opening says so, and makes sure that they
     * answer; within seconds where they do not.
     *
     * @throws Refusal when a server cannot be used, or the schema is not up to date
     */
    static Stack open(ServerChoice choice, Opening opening) {
        return switch (choice) {
            case ServerChoice.Embedded(var directory, var options, var tuning) ->
                embedded(LocalStack.open(directory, options), tuning, opening);
            case ServerChoice.Remote(var database, var redis, var tuning) ->
                checked(new Stack(Optional.empty(), database, new Redis(redis, tuning), opening), opening);
        };
    }

    private static Stack embedded(LocalStack local, QueueTuning tuning, Opening opening) {
        try {
            DatabaseUrl database = DatabaseUrl.parse(local.databaseUrl());
            Redis redis = new Redis(Optional.of(local.redisUrl()), tuning);
            return checked(new Stack(Optional.of(local), database, redis, opening), opening);
        } catch (RuntimeException failure) {
            local.close();
            throw failure;
        }
    }

    private static Stack checked(Stack stack, Opening opening) {
        try {
            stack.check(opening);
            return stack;
        } catch (RuntimeException failure) {
            stack.closePorts();
            throw failure;
        }
    }

    private void check(Opening opening) {
        checkSchema(opening);
        join(queues);
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Optional<RedisQueues> openQueues(Redis redis, Opening opening) {
        if (!opening.queue()) {
            return Optional.empty();
        }
        String url = redis.url().orElseThrow(() -> new Refusal("REDIS_URL is not set, and this needs Redis"));
        RedisQueues opened;
        try {
            opened = RedisQueues.open(redis.tuning().settings(url));
        } catch (IllegalArgumentException e) {
            throw new Refusal("REDIS_URL: " + e.getMessage(), e);
        }
        boolean usable = false;
        try {
            checkQueue(opened, opening.queueMayBeAway());
            usable = true;
            return Optional.of(opened);
        } finally {
            if (!usable) {
                opened.close();
            }
        }
    }

    private static void checkQueue(RedisQueues queues, boolean mayBeAway) {
        try {
            queues.check();
        } catch (QueueTakesNothing e) {
            if (!mayBeAway) {
                throw new Refusal("cannot use Redis (REDIS_URL): " + e.getMessage() + ".", ExitCode.UNUSABLE, e);
            }
            LOG.warn("Until Redis takes tickets, work goes through Postgres alone: {}", e.getMessage());
        } catch (QueueRefused e) {
            throw new Refusal("cannot use Redis (REDIS_URL): " + e.getMessage() + ".", ExitCode.UNUSABLE, e);
        } catch (QueueUnavailable e) {
            if (!mayBeAway) {
                throw new Refusal(
                        "cannot use Redis (REDIS_URL): " + e.getMessage() + ". Check that it runs and that this machine"
                                + " may connect, or unset DATABASE_URL and REDIS_URL to use embedded servers.",
                        ExitCode.UNREACHABLE,
                        e);
            }
            LOG.warn("Redis is away; until it is back, work goes through Postgres alone: {}", e.getMessage());
        }
    }

    private void checkSchema(Opening opening) {
        try {
            if (local.isEmpty()) {
                PostgresStore.requireUsable(databaseUrl, opening.writes());
            }
            bringUpToDate(opening.migrates());
        } catch (StoreRefused e) {
            throw new Refusal(
                    "cannot use Postgres at " + databaseUrl + " (DATABASE_URL): " + e.getMessage() + ".",
                    ExitCode.UNUSABLE,
                    e);
        } catch (StoreUnavailable e) {
            throw new Refusal(
                    "cannot use Postgres at " + databaseUrl + " (DATABASE_URL): " + e.getMessage()
                            + ". Check that it runs and"
                            + " that this machine and user may connect, or unset DATABASE_URL and REDIS_URL to use"
                            + " embedded servers.",
                    ExitCode.UNREACHABLE,
                    e);
        }
    }

    private void bringUpToDate(boolean migrates) {
        Migrator migrator = new Migrator(databaseUrl);
        if (local.isPresent() || migrates) {
            migrationsApplied = migrator.migrate();
        } else if (!migrator.isCurrent()) {
            throw new Refusal("the schema of " + databaseUrl
                    + " is not up to date. Bring it up to date with: orchestrator" + " migrate");
        }
    }

    /** How many migrations the opening applied. */
    int migrationsApplied() {
        return migrationsApplied;
    }

    boolean isEmbedded() {
        return local.isPresent();
    }

    PostgresStore store() {
        return store;
    }

    /** Only where the opening asked for it. */
    RedisQueues queues() {
        return join(queues).orElseThrow(() -> new IllegalStateException("this command was not to use the queue"));
    }

    Announcer announcer() {
        return new Announcer(queues().taskQueue(), queues().hints());
    }

    Ids ids() {
        return ids;
    }

    /** With its password: for handing to another process, never for a log. */
    String databaseUrl() {
        return databaseUrl.full();
    }

    String redisUrl() {
        return redisUrl.orElseThrow(() -> new IllegalStateException("this command was not to use Redis"));
    }

    /** For people and scripts: with its password only of an embedded server, which nobody else could know. */
    String tellableDatabaseUrl() {
        return isEmbedded() ? databaseUrl.full() : databaseUrl.toString();
    }

    /** As {@link #tellableDatabaseUrl}. */
    String tellableRedisUrl() {
        return isEmbedded() ? redisUrl() : redisUrl().replaceFirst("(?<=://)[^/]*@", "***@");
    }

    private void closePorts() {
        // Where it failed to open, the opening has told so, and there is nothing to close.
        queues.handle((opened, failure) -> Optional.ofNullable(opened).flatMap(Function.identity()))
                .join()
                .ifPresent(RedisQueues::close);
        store.close();
    }

    @Override
    public void close() {
        try {
            closePorts();
        } finally {
            local.ifPresent(LocalStack::close);
        }
    }
}
