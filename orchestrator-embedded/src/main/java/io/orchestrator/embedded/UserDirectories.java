package io.orchestrator.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where this user's programs keep state and caches: the XDG base directories, or their macOS counterparts.
 *
 * @param environment the environment variables
 * @param home the user's home directory
 * @param os decides which convention holds
 */
record UserDirectories(Map<String, String> environment, Path home, Platform.Os os) {
    private static final String APPLICATION = "orchestrator";

    static UserDirectories current() {
        Map<String, String> environment = System.getenv();
        Path home = home(environment, Path.of(System.getProperty("user.home")));
        return new UserDirectories(environment, home, Platform.current().os());
    }

    /**
     * HOME, as for every other program. Java knows the entry in the list of users, which is another where somebody set HOME,
     * and none at all for the made-up user of a container.
     */
    static Path home(Map<String, String> environment, Path known) {
        return Optional.ofNullable(environment.get("HOME"))
                .filter(value -> !value.isBlank())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(known);
    }

    Path state() {
        Path base = switch (os) {
            case LINUX -> xdg("XDG_STATE_HOME").orElse(home.resolve(".local").resolve("state"));
            case MACOS -> home.resolve("Library").resolve("Application Support");
        };
        return base.resolve(APPLICATION);
    }

    Path cache() {
        Path base = switch (os) {
            case LINUX -> xdg("XDG_CACHE_HOME").orElse(home.resolve(".cache"));
            case MACOS -> home.resolve("Library").resolve("Caches");
        };
        return base.resolve(APPLICATION);
    }

    /** The XDG specification says to ignore relative paths. */
    private Optional<Path> xdg(String variable) {
        return variable(variable).map(Path::of).filter(Path::isAbsolute);
    }

    /** A variable that is set and not blank. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
