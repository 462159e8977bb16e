package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.embedded.DataDirectory;
import io.orchestrator.embedded.LocalStack;
import io.orchestrator.embedded.Options;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of Postgres and Redis is full for a while: a small file system in memory, where this user may mount one. */
@Tag("slow")
class DiskFullIT {
    private static final int TASKS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Options SMALL = Options.defaults()
            .withPostgresSettings(Map.of("shared_buffers", "32MB", "min_wal_size", "32MB", "max_wal_size", "64MB"));

    @TempDir
    Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", directory.toString());
        assumeTrue(mounted, "a small tmpfs cannot be mounted by this user, so no disk can be filled");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            // There is no such program: the answer is no.
            return false;
        }
    }

    @Test
    void the_engine_waits_says_so_and_goes_on_when_there_is_room() throws Exception {
        LocalStack stack = LocalStack.open(DataDirectory.at(directory.resolve("data")), SMALL);
        DatabaseUrl url = DatabaseUrl.parse(stack.databaseUrl());
        new Migrator(url).migrate();
        CountDownLatch begun = new CountDownLatch(TASKS);
        CountDownLatch full = new CountDownLatch(1);
        try (Engine engine = new Engine(url, stack.redisUrl(), Duration.ofSeconds(15))) {
            engine.agent("Saver", context -> {
                        begun.countDown();
                        full.await();
                        context.checkpoint("large", noise());
                        return Json.NULL;
                    })
                    .start(TASKS);
            String runId = engine.submit(plan());
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            Path filler = fill();
            full.countDown();
            await().atMost(PATIENCE).until(() -> engine.store.problem().isPresent());
            await().atMost(PATIENCE).until(() -> !queueTakes(engine));
            assertThatThrownBy(engine.redis::check).hasMessageContaining("MISCONF");
            Files.delete(filler);
            stack = revived(stack, engine, url);
            RunView end = engine.awaitEnd(runId);
            assertThat(end.state()).isEqualTo(StageState.COMPLETED);
            assertThat(engine.store.runs().events(runId, 0, 1_000))
                    .extracting(EventView::kind)
                    .doesNotContain("task.reclaimed", "task.retrying", "task.dead");
            await().atMost(PATIENCE).until(() -> queueTakes(engine));
            assertThat(engine.awaitEnd(engine.submit(plan())).state()).isEqualTo(StageState.COMPLETED);
            assertThat(Judgement.of(url)).isEmpty();
        } finally {
            full.countDown();
            stack.close();
        }
    }

    private static String plan() {
        String items = IntStream.range(0, TASKS).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'x','inputs':{'i':[" + items + "]},'phases':[{'phase':'A','parallelism':" + TASKS
                + ",'agents':[{'agent':'Saver','shard':{'over':'i','size':1}}]}]}";
    }

    /** Cannot be compressed, so it needs new pages. */
    private static Json noise() {
        byte[] bytes = new byte[100_000];
        RandomGenerator.getDefault().nextBytes(bytes);
        return Json.of(Base64.getEncoder().encodeToString(bytes));
    }

    private Path fill() throws IOException {
        Path filler = directory.resolve("filler");
        byte[] page = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (Files.getFileStore(directory).getUsableSpace() > 0) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
        return filler;
    }

    /** Tickets of tasks that do not exist are settled by whoever reads them. */
    private static boolean queueTakes(Engine engine) {
        try {
            engine.redis
                    .taskQueue()
                    .send(IntStream.range(0, 200)
                            .mapToObj(i -> new Ticket("nothing-" + i, Priority.LOW))
                            .toList());
            return true;
        } catch (QueueUnavailable e) {
            return false;
        }
    }

    /** As a supervisor would: Postgres ends itself when there is no room for its log. */
    private LocalStack revived(LocalStack stack, Engine engine, DatabaseUrl url) {
        if (engine.store.answers()) {
            return stack;
        }
        int redisPort = URI.create(stack.redisUrl()).getPort();
        stack.close();
        return LocalStack.open(DataDirectory.at(directory.resolve("data")), SMALL.withPorts(url.port(), redisPort));
    }
}
