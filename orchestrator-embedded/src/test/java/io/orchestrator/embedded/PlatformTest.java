package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, postgres-linux-x86_64.txz, redis-server-7.0.15-linux-amd64, linux-amd64",
        "Linux, aarch64, postgres-linux-arm_64.txz, redis-server-7.0.15-linux-arm64, linux-arm64v8",
        "Mac OS X, x86_64, postgres-darwin-x86_64.txz, redis-server-7.0.15-darwin-amd64, darwin-amd64",
        "Mac OS X, aarch64, postgres-darwin-arm_64.txz, redis-server-7.0.15-darwin-arm64, darwin-arm64v8",
    })
    void a_platform_knows_what_its_binaries_are_called(
            String os, String arch, String postgres, String redis, String artifact) {
        Platform platform = Platform.of(system(os, arch));
        assertThat(platform.postgresResource()).isEqualTo(postgres);
        assertThat(platform.redisResource()).isEqualTo(redis);
        assertThat(platform.postgresArtifact()).endsWith(artifact);
    }

    @Test
    void windows_is_told_what_to_do_instead() {
        assertThatThrownBy(() -> Platform.of(system("Windows 11", "amd64")))
                .isInstanceOf(LocalStackException.class)
                .hasMessageContaining("windows 11")
                .hasMessageContaining("WSL");
    }

    @Test
    void an_unknown_processor_is_told_what_to_do_instead() {
        assertThatThrownBy(() -> Platform.of(system("Linux", "riscv64")))
                .isInstanceOf(LocalStackException.class)
                .hasMessageContaining("riscv64");
    }

    private static Properties system(String os, String arch) {
        Properties properties = new Properties();
        properties.setProperty("os.name", os);
        properties.setProperty("os.arch", arch);
        return properties;
    }
}
