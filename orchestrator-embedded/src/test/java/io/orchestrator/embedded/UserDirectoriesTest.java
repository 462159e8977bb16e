package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserDirectoriesTest {
    private static final Path HOME = Path.of("/home/ada");

    @Test
    void the_environment_variable_comes_before_the_state_directory() {
        assertThat(DataDirectory.standard(linux(Map.of("ORCHESTRATOR_DATA_DIR", "/data", "XDG_STATE_HOME", "/state"))))
                .isEqualTo(Path.of("/data"));
    }

    @Test
    void a_blank_environment_variable_is_not_set() {
        assertThat(DataDirectory.standard(linux(Map.of("ORCHESTRATOR_DATA_DIR", " ", "XDG_STATE_HOME", "/state"))))
                .isEqualTo(Path.of("/state/orchestrator"));
    }

    @Test
    void linux_follows_the_xdg_base_directories() {
        assertThat(DataDirectory.standard(linux(Map.of()))).isEqualTo(Path.of("/home/ada/.local/state/orchestrator"));
        assertThat(linux(Map.of()).cache()).isEqualTo(Path.of("/home/ada/.cache/orchestrator"));
        assertThat(linux(Map.of("XDG_CACHE_HOME", "/cache")).cache()).isEqualTo(Path.of("/cache/orchestrator"));
        assertThat(linux(Map.of("XDG_STATE_HOME", "relative")).state())
                .isEqualTo(Path.of("/home/ada/.local/state/orchestrator"));
    }

    @Test
    void home_is_where_the_environment_says_and_else_where_java_knows_it() {
        assertThat(UserDirectories.home(Map.of("HOME", "/elsewhere"), HOME)).isEqualTo(Path.of("/elsewhere"));
        assertThat(UserDirectories.home(Map.of(), HOME)).isEqualTo(HOME);
        assertThat(UserDirectories.home(Map.of("HOME", " "), HOME)).isEqualTo(HOME);
        assertThat(UserDirectories.home(Map.of("HOME", "relative"), HOME)).isEqualTo(HOME);
    }

    @Test
    void macos_has_its_library() {
        UserDirectories user = new UserDirectories(Map.of(), HOME, Platform.Os.MACOS);
        assertThat(user.state()).isEqualTo(HOME.resolve("Library/Application Support/orchestrator"));
        assertThat(user.cache()).isEqualTo(HOME.resolve("Library/Caches/orchestrator"));
    }

    private static UserDirectories linux(Map<String, String> environment) {
        return new UserDirectories(environment, HOME, Platform.Os.LINUX);
    }
}
