package io.orchestrator.queue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisUrlTest {
    private static RedisUrl parse(String url) {
        return RedisUrl.parse(url, Duration.ofSeconds(3));
    }

    @Test
    void oneServerWithOrWithoutTls() {
        assertThat(parse("redis://localhost:6380/2").seeds().getFirst())
                .satisfies(uri -> assertThat(uri.getPort()).isEqualTo(6380))
                .satisfies(uri -> assertThat(uri.getDatabase()).isEqualTo(2))
                .satisfies(uri -> assertThat(uri.getTimeout()).isEqualTo(Duration.ofSeconds(3)));
        assertThat(parse("rediss://localhost").seeds().getFirst().isSsl()).isTrue();
        assertThat(parse("redis://localhost").cluster()).isFalse();
    }

    @Test
    void sentinelsNameTheirMaster() {
        RedisUrl url = parse("redis-sentinel://:secret@one:26379,two:26379/0#main");

        assertThat(url.seeds().getFirst().getSentinelMasterId()).isEqualTo("main");
        assertThat(url.seeds().getFirst().getSentinels()).hasSize(2);
        assertThat(url.masked()).isEqualTo("redis-sentinel://***@one:26379,two:26379/0#main");
    }

    @Test
    void aClusterHasSeveralSeedsWithTheSameCredentials() {
        RedisUrl url = parse("rediss-cluster://user:secret@one:7000,two:7001");

        assertThat(url.cluster()).isTrue();
        assertThat(url.seeds())
                .extracting(uri -> uri.getHost() + ":" + uri.getPort() + " " + uri.isSsl())
                .containsExactly("one:7000 true", "two:7001 true");
        assertThat(url.masked()).isEqualTo("rediss-cluster://***@one:7000,two:7001");
    }

    @Test
    void whatIsNoRedisUrlIsRefusedWithoutShowingThePassword() {
        for (String url : new String[] {"http://user:hunter2@host", "nonsense"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parse(url))
                    .withMessageContaining("expected redis://")
                    .withNoCause()
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
        }
    }

    @Test
    void settingsShowNoPasswordEither() {
        assertThat(RedisSettings.of("redis://:hunter2@host?password=hunter2").toString())
                .doesNotContain("hunter2");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> RedisSettings.of("redis://host").withKeyPrefix("{a}"))
                .withMessageContaining("brace");
    }
}
