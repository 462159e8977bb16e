package io.orchestrator.embedded;

import java.nio.file.Path;

/** The data directory cannot be created, written or used by this user. */
public final class DataDirectoryException extends LocalStackException {
    private final transient Path directory;

    DataDirectoryException(Path directory, String failure) {
        super(message(directory, failure));
        this.directory = directory;
    }

    DataDirectoryException(Path directory, String failure, Throwable cause) {
        super(message(directory, failure), cause);
        this.directory = directory;
    }

    /** The directory that was refused. */
    public Path directory() {
        return directory;
    }

    private static String message(Path directory, String failure) {
        return "Cannot keep data in " + directory + ": " + failure
                + ". Name a directory that you own and may write with --data-dir or "
                + DataDirectory.ENVIRONMENT_VARIABLE + ".";
    }
}
