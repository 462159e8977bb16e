package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A file that is locked, shared or exclusively, by processes; the system releases the lock of a process that dies.
 *
 * <p>Such a lock belongs to the process: a second channel on the same file in the same JVM would be refused and, worse,
 * would drop the first one's lock when closed. {@link OpenStacks} sees to it that there is one. Not thread-safe.
 */
final class LockFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private @Nullable FileLock held;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static LockFile open(Path file) {
        try {
            return new LockFile(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open the lock " + file, e);
        }
    }

    /** Locks it for this process alone, which may take until another one has released it. */
    void lockExclusively(Duration limit) {
        if (!BoundedWait.until(limit, () -> tryLock(false))) {
            throw new LocalStackException("Another process has been starting or stopping the servers for " + limit
                    + " (it holds " + file + "). Wait for it to finish, or end it.");
        }
    }

    /** Exchanges what is held for a lock for this process alone; holds nothing if another process has a lock. */
    boolean tryExclusive() {
        release();
        return tryLock(false);
    }

    /** Exchanges what is held for a lock that other processes may share. */
    void share() {
        release();
        if (!tryLock(true)) {
            throw new LocalStackException(file + " is locked by a program that does not follow the protocol");
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release the lock " + file, e);
        }
    }

    private boolean tryLock(boolean shared) {
        try {
            held = channel.tryLock(0, Long.MAX_VALUE, shared);
            return held != null;
        } catch (OverlappingFileLockException e) {
            throw new LocalStackException(
                    file + " is already locked in this JVM, by this class in another class loader", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock " + file + ". Does its file system support locks?", e);
        }
    }

    private void release() {
        FileLock lock = held;
        if (lock == null) {
            return;
        }
        try {
            lock.release();
            held = null;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release the lock " + file, e);
        }
    }
}
