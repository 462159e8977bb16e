package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory below {@code java.io.tmpdir} that names the process it lives for. Once that process is dead, any
 * other may end its servers and delete it.
 */
final class TemporaryDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(TemporaryDirectory.class);
    private static final String PREFIX = "orchestrator-stack-";
    private static final String OWNER = "owner";

    private final Path path;
    private final DataDirectory data;

    private TemporaryDirectory(Path path) {
        this.path = path;
        this.data = DataDirectory.at(path.resolve("data"));
    }

    static TemporaryDirectory create() {
        try {
            Path path = Files.createTempDirectory(PREFIX);
            new StackStateFile(path.resolve(OWNER))
                    .write(StackState.NONE.with(OWNER, new RunningServer(ProcessIdentity.self(), 0)));
            return new TemporaryDirectory(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a temporary directory; is java.io.tmpdir writable?", e);
        }
    }

    /** Clears away what killed processes of this user left. */
    static void sweep() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : directories) {
                if (isAbandoned(directory)) {
                    LOG.info("Clearing away {}, which was left by a process that is dead", directory);
                    new TemporaryDirectory(directory).reap();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for leftovers in " + parent, e);
        }
    }

    DataDirectory data() {
        return data;
    }

    void delete() {
        if (Files.exists(path)) {
            FileTree.delete(path);
        }
    }

    /** Two processes may do this at once; neither minds when servers and files are gone already. */
    private void reap() {
        Servers servers = Servers.of(data, Options.defaults());
        servers.stop(servers.postgres(), StopMode.IMMEDIATE);
        servers.stop(servers.redis(), StopMode.KILL);
        delete();
    }

    /**
     * A directory without an owner has just been made, or belongs to another user; a pid of another container means
     * nothing here. Both are left alone.
     */
    private static boolean isAbandoned(Path directory) {
        Path owner = directory.resolve(OWNER);
        return Files.isWritable(owner)
                && new StackStateFile(owner)
                        .read()
                        .server(OWNER)
                        .map(RunningServer::process)
                        .filter(process -> process.isOfThisHost() && !process.isAlive())
                        .isPresent();
    }
}
