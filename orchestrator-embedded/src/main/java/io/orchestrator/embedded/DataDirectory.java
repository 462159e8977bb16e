package io.orchestrator.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory that keeps the servers' data, logs and locks. It exists, belongs to this user and can be written when
 * an instance has been made. Immutable.
 */
public final class DataDirectory {
    /** Names the directory when the caller does not. */
    public static final String ENVIRONMENT_VARIABLE = "ORCHESTRATOR_DATA_DIR";

    private final Path path;
    private final int ownerUid;

    private DataDirectory(Path path, int ownerUid) {
        this.path = path;
        this.ownerUid = ownerUid;
    }

    /**
     * The explicit directory; without one, the one named by {@value #ENVIRONMENT_VARIABLE}; without that, the user's
     * state directory ({@code $XDG_STATE_HOME/orchestrator}, {@code ~/.local/state/orchestrator}, or on macOS
     * {@code ~/Library/Application Support/orchestrator}). Created for this user alone if it does not exist.
     *
     * @throws DataDirectoryException if it cannot be created or written, or belongs to somebody else
     */
    public static DataDirectory resolve(@Nullable Path explicit) {
        return at(explicit == null ? standard(UserDirectories.current()) : explicit);
    }

    /**
     * This directory, created for this user alone if it does not exist.
     *
     * @throws DataDirectoryException if it cannot be created or written, or belongs to somebody else
     */
    public static DataDirectory at(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        // The directory is written into configuration files, which end a value at the end of the line.
        if (absolute.toString().chars().anyMatch(Character::isISOControl)) {
            throw new DataDirectoryException(absolute, "its name contains a line break or another control character");
        }
        try {
            Files.createDirectories(absolute, FileTree.PRIVATE_DIRECTORY);
            // One real path per directory: locks and command lines are compared by it.
            Path real = absolute.toRealPath();
            return new DataDirectory(real, checkedOwner(real));
        } catch (IOException e) {
            throw new DataDirectoryException(absolute, reason(e), e);
        }
    }

    static Path standard(UserDirectories user) {
        Optional<Path> named = user.variable(ENVIRONMENT_VARIABLE).map(Path::of);
        return named.orElseGet(user::state);
    }

    /** The absolute real path. */
    public Path path() {
        return path;
    }

    /** What the servers print, a file for each. */
    public Path logs() {
        return path.resolve("logs");
    }

    /** The numeric id of the user who owns the directory and runs this process. */
    int ownerUid() {
        return ownerUid;
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    Path redis() {
        return path.resolve("redis");
    }

    Path startupLock() {
        return path.resolve("startup.lock");
    }

    Path usersLock() {
        return path.resolve("users.lock");
    }

    Path stateFile() {
        return path.resolve("stack.json");
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Writing a file is the only test of writability that also holds for root and for read-only file systems. */
    private static int checkedOwner(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, ".writable", null);
        int self;
        try {
            self = FileTree.ownerUid(probe);
        } finally {
            Files.delete(probe);
        }
        // Postgres refuses data of another user, and root's server loses its right to everything (PostgresAccount).
        if (FileTree.ownerUid(directory) != self) {
            throw new DataDirectoryException(
                    directory,
                    "it belongs to the user " + Files.getOwner(directory) + " and this process runs as "
                            + System.getProperty("user.name"));
        }
        return self;
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case FileAlreadyExistsException e -> e.getFile() + " is not a directory";
            case AccessDeniedException e -> "permission denied at " + e.getFile();
            case NoSuchFileException e -> "no directory can be made at " + e.getFile();
            case FileSystemException e when e.getReason() != null -> e.getReason() + " at " + e.getFile();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
