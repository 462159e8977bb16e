package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
