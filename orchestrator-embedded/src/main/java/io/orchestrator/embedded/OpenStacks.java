package io.orchestrator.embedded;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The stacks that are open in this JVM, by directory, counted, so that a directory can be opened more than once.
 *
 * <p>The only static state of the module, and it has to be static: the operating system ties file locks to the process,
 * so only the process as a whole can know whether it holds one (see {@link LockFile}). Opening and closing the same
 * directory are serialised by the map's entry.
 */
final class OpenStacks {
    private static final ConcurrentMap<Path, Entry> OPEN = new ConcurrentHashMap<>();

    private record Entry(SharedStack stack, int users) {}

    private OpenStacks() {}

    static SharedStack join(DataDirectory directory, Options options) {
        Entry joined = OPEN.compute(
                directory.path(),
                (path, open) -> open == null
                        ? new Entry(SharedStack.join(directory, options), 1)
                        : new Entry(open.stack, open.users + 1));
        return joined.stack;
    }

    /** Called once for each join. The last one leaves even if stopping fails: its locks are released in any case. */
    static void leave(DataDirectory directory) {
        RuntimeException[] failure = new RuntimeException[1];
        OPEN.compute(directory.path(), (path, open) -> remaining(open, failure));
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static @Nullable Entry remaining(@Nullable Entry open, @Nullable RuntimeException[] failure) {
        if (open == null) {
            throw new IllegalStateException("Left more often than joined");
        }
        if (open.users > 1) {
            return new Entry(open.stack, open.users - 1);
        }
        try {
            open.stack.leave();
        } catch (RuntimeException e) {
            failure[0] = e;
        }
        return null;
    }
}
