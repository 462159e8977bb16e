package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * As whom Postgres runs. It refuses to run as root, and as a user whom the system has no name for, which is usual in
 * containers. Then there are two ways, tried in this order:
 *
 * <ol>
 *   <li>{@code unshare -U}: a user namespace without a mapping. Postgres sees itself, and the user's files, as "nobody"
 *       and is content, while for the rest of the system it is still the same user, less every capability. The files
 *       stay the user's.
 *   <li>{@code setpriv --reuid}, for root where user namespaces are switched off (the default in containers): the real
 *       "nobody" owns the cluster and keeps one capability, to pass through directories such as {@code /root}.
 * </ol>
 *
 * <p>{@link #own} hands root's cluster over when the way differs from the last time.
 */
final class PostgresAccount {
    private static final int ROOT = 0;
    private static final int NOBODY = 65_534;

    private final List<String> prefix;
    private final int uid;

    private PostgresAccount(List<String> prefix, int uid) {
        this.prefix = prefix;
        this.uid = uid;
    }

    /** The way that works for a process that runs as the owner of this directory. */
    static PostgresAccount of(DataDirectory directory) {
        int uid = directory.ownerUid();
        if (uid != ROOT && hasName(directory.path())) {
            return new PostgresAccount(List.of(), uid);
        }
        PostgresAccount namespace = namespace(uid);
        if (namespace.works()) {
            return namespace;
        }
        if (uid == ROOT && unprivileged().works()) {
            return unprivileged();
        }
        throw new LocalStackException("Postgres does not run as "
                + (uid == ROOT ? "root" : "a user without a name (" + uid + ")")
                + ", and 'unshare -U'" + (uid == ROOT ? " and 'setpriv --reuid' do" : " does")
                + " not work here. Run this program as another user.");
    }

    static PostgresAccount namespace(int uid) {
        return new PostgresAccount(List.of("unshare", "-U"), uid);
    }

    static PostgresAccount unprivileged() {
        return new PostgresAccount(
                List.of(
                        "setpriv",
                        "--reuid=" + NOBODY,
                        "--regid=" + NOBODY,
                        "--clear-groups",
                        // Without this bit access(2), by which Postgres checks its programs, ignores the capability.
                        "--securebits=+no_setuid_fixup",
                        "--inh-caps=+dac_override",
                        "--ambient-caps=+dac_override"),
                NOBODY);
    }

    /** The command line that runs this command as the account. The process keeps its pid: each part of it execs. */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Makes a directory, if it is there, the account's with all that is in it. */
    void own(Path directory) {
        try {
            if (Files.exists(directory) && FileTree.ownerUid(directory) != uid) {
                FileTree.chown(directory, uid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot give " + directory + " to the user " + uid, e);
        }
    }

    /** Java shows the number where the system has no name. */
    private static boolean hasName(Path file) {
        try {
            return !Files.getOwner(file).getName().matches("\\d+");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the owner of " + file, e);
        }
    }

    private boolean works() {
        try {
            return new ProcessBuilder(command(List.of("true")))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            // No such program: the answer is no.
            return false;
        }
    }
}
