package io.orchestrator.worker.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a program the leader of a session of its own. Java cannot call setsid(2), but a small program can and then
 * become the agent: a child of Java does not lead its process group, so that setsid needs no fork and the pid stays.
 */
final class SessionStarter {
    /** {@code exec} with an explicit program never goes through a shell, whatever the arguments hold. */
    private static final String PERL_SCRIPT =
            "POSIX::setsid(); exec { $ARGV[0] } @ARGV; print STDERR \"cannot run $ARGV[0]: $!\\n\"; exit 127;";

    private final List<String> prefix;

    private SessionStarter(List<String> prefix) {
        this.prefix = prefix;
    }

    static SessionStarter find(String path) {
        Optional<SessionStarter> setsid = program("setsid", path).map(SessionStarter::setsid);
        return setsid.or(() -> program("perl", path).map(SessionStarter::perl)).orElseGet(SessionStarter::none);
    }

    static SessionStarter setsid(String setsid) {
        return new SessionStarter(List.of(setsid));
    }

    static SessionStarter perl(String perl) {
        return new SessionStarter(List.of(perl, "-MPOSIX", "-e", PERL_SCRIPT, "--"));
    }

    /** Programs then stay in the worker's session, and a tree is its descendants and what carries its mark. */
    static SessionStarter none() {
        return new SessionStarter(List.of());
    }

    boolean startsSessions() {
        return !prefix.isEmpty();
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    private static Optional<String> program(String name, String path) {
        return CommandLookup.inPath(name, path, Path.of("/")).map(Path::toString);
    }
}
