package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.Submission;
import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How checkpoints lie in the table: small ones as they are, large ones compressed. */
class CheckpointStorageIT {
    private final PostgresStoreUnderTest store = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(store);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void data_above_ten_kilobytes_is_compressed_and_comes_back_whole() throws SQLException {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(StoreFixture.ONE_TASK));
        Json small = Json.of("x".repeat(10 * 1024 - 2));
        Json large = Json.of("ä".repeat(10 * 1024));
        store.checkpoints().save(task.hold(), "small", small, 5);
        store.checkpoints().save(task.hold(), "large", large, 5);
        String id = task.hold().taskId();
        assertThat(store.checkpoints().load(id, 1).map(Checkpoint::data)).contains(small);
        assertThat(store.checkpoints().load(id, 2).map(Checkpoint::data)).contains(large);
        assertThat(compressedBytes(1)).isZero();
        assertThat(compressedBytes(2)).isBetween(1, 1024);
        assertThat(store.checkpoints().list(id).getFirst().sizeBytes()).isEqualTo(2 * 10 * 1024 + 2);
    }

    @Test
    void many_at_once_get_numbers_of_their_own_and_who_is_not_trusted_gets_none() throws Exception {
        Submission run = f.submit(
                "{'name':'n','phases':[{'phase':'P','parallelism':8,'agents':['A','B','C','D','E','F','G','H']}]}");
        List<ClaimedTask> tasks = f.claim(f.worker(), run.ready().tickets());
        Hold old = new Hold(tasks.getFirst().hold().taskId(), 0);
        List<Callable<Long>> saves = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (ClaimedTask task : tasks) {
                saves.add(() -> store.checkpoints()
                        .save(task.hold(), "t", Json.of(task.hold().taskId()), 3));
            }
            saves.add(() -> {
                assertThatThrownBy(() -> store.checkpoints().save(old, "old", Json.NULL, 3))
                        .isInstanceOf(AttemptRevoked.class);
                return 0L;
            });
        }

        List<Long> numbers = InParallel.call(saves);

        assertThat(numbers).filteredOn(number -> number == 0).hasSize(5);
        for (ClaimedTask task : tasks) {
            String id = task.hold().taskId();
            assertThat(store.checkpoints().list(id))
                    .extracting(CheckpointStore.Entry::seq)
                    .containsExactly(5L, 4L, 3L);
            assertThat(store.checkpoints().load(id).map(Checkpoint::data)).contains(Json.of(id));
        }
        for (long number = 1; number <= 5; number++) {
            assertThat(numbers).filteredOn(Predicate.isEqual(number)).hasSize(8);
        }
    }

    private int compressedBytes(long seq) throws SQLException {
        String query = "SELECT coalesce(octet_length(data_zstd), 0) FROM checkpoints WHERE seq = ?";
        try (Connection connection = TestServers.connect(store.url);
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, seq);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
