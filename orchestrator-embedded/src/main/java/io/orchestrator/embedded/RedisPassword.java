package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The password of Redis, in a piece of its configuration that only this user can read. The configuration includes it, so
 * whether a server that runs asks for one is told by its own configuration: that of an earlier version may run on without.
 */
final class RedisPassword {
    private static final String DIRECTIVE = "requirepass ";
    private static final String INCLUDE = "include ";

    private final Path configuration;
    private final Path file;

    /** {@code configuration}: that of the server. */
    RedisPassword(Path configuration) {
        this.configuration = configuration;
        this.file = configuration.resolveSibling("password.conf");
    }

    /** Makes one where there is none, and the line by which a configuration has it. */
    String include() throws IOException {
        if (!Files.exists(file)) {
            Path unfinished = file.resolveSibling("password.conf.new");
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, FileTree.PRIVATE_FILE);
            Files.writeString(unfinished, DIRECTIVE + Passwords.random() + "\n");
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return INCLUDE + RedisServer.quoted(file);
    }

    /** What the server that was configured last asks for. */
    Optional<String> inUse() {
        try {
            if (!Files.exists(configuration)
                    || Files.readAllLines(configuration).stream().noneMatch(line -> line.startsWith(INCLUDE))) {
                return Optional.empty();
            }
            return Optional.of(Files.readString(file).strip().substring(DIRECTIVE.length()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the password of Redis, " + file, e);
        }
    }
}
