package io.orchestrator.worker.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a program the leader of a session of its own, in which every signal has its usual effect. Java can call neither
 * setsid(2) nor sigaction(2) for a child, but a small program can and then become the agent: a child of Java does not lead
 * its process group, so that setsid needs no fork and the pid stays.
 *
 * <p>A shell that starts the engine with {@code &} or {@code nohup} has it ignore SIGINT, SIGQUIT or SIGHUP, and what is
 * ignored stays so over fork and exec. A shell cannot undo it for itself; {@code env} and {@code perl} can.
 */
final class SessionStarter {
    private static final Logger log = LoggerFactory.getLogger(SessionStarter.class);

    /** {@code exec} with an explicit program never goes through a shell, whatever the arguments hold. */
    private static final String PERL_SCRIPT = "POSIX::setsid();"
            + " for (keys %SIG) { $SIG{$_} = 'DEFAULT' unless /^(?:KILL|STOP|NUM|RT|__)/ }"
            + " POSIX::sigprocmask(POSIX::SIG_SETMASK(), POSIX::SigSet->new());"
            + " exec { $ARGV[0] } @ARGV; print STDERR \"cannot run $ARGV[0]: $!\\n\"; exit 127;";

    private static final String DEFAULT_SIGNALS = "--default-signal";
    private static final long PROBE_SECONDS = 10;

    /** SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM and SIGCHLD as the kernel shows them: the bit of signal 1 comes first. */
    private static final long SIGNALS_THAT_MATTER = 1 | 1 << 1 | 1 << 2 | 1 << 12 | 1 << 14 | 1 << 16;

    private final List<String> prefix;
    private final boolean startsSessions;
    private final boolean resetsSignals;

    private SessionStarter(List<String> prefix, boolean startsSessions, boolean resetsSignals) {
        this.prefix = prefix;
        this.startsSessions = startsSessions;
        this.resetsSignals = resetsSignals;
    }

    /** The best of what is there. Runs a program to find out; to be kept by the one who asks. */
    static SessionStarter find(String path) {
        Optional<String> setsid = program("setsid", path);
        Optional<String> env = program("env", path).filter(SessionStarter::canResetSignals);
        Optional<String> perl = program("perl", path);
        if (setsid.isPresent() && env.isPresent()) {
            return resetting(env.get(), setsid.get());
        }
        SessionStarter found = perl.map(SessionStarter::perl)
                .or(() -> setsid.map(SessionStarter::setsid))
                .orElseGet(SessionStarter::none);
        if (!found.resetsSignals && ignoredByThisProcess()) {
            log.warn(
                    "this process was started to ignore signals (by nohup, or by & in a script), and its agents will"
                            + " ignore them too: found neither env of coreutils 8.31 or newer nor perl in PATH {}. Install one"
                            + " of them, or start the engine in another way",
                    path);
        }
        return found;
    }

    static SessionStarter resetting(String env, String setsid) {
        return new SessionStarter(List.of(env, DEFAULT_SIGNALS, setsid), true, true);
    }

    static SessionStarter setsid(String setsid) {
        return new SessionStarter(List.of(setsid), true, false);
    }

    static SessionStarter perl(String perl) {
        return new SessionStarter(List.of(perl, "-MPOSIX", "-e", PERL_SCRIPT, "--"), true, true);
    }

    /** Programs then stay in the worker's session, and a tree is its descendants and what carries its mark. */
    static SessionStarter none() {
        return new SessionStarter(List.of(), false, false);
    }

    boolean startsSessions() {
        return startsSessions;
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** The option is younger than the program, and not every {@code env} is that of coreutils. */
    private static boolean canResetSignals(String env) {
        try {
            Process probe = new ProcessBuilder(env, DEFAULT_SIGNALS, env)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                return probe.exitValue() == 0;
            }
            probe.destroyForcibly();
        } catch (IOException e) {
            log.debug("{} cannot be run", env, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Where the system does not tell, it is taken to be so: a warning too many is better than none. */
    private static boolean ignoredByThisProcess() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring(line.indexOf(':') + 1).strip(), 16))
                    .anyMatch(ignored -> (ignored & SIGNALS_THAT_MATTER) != 0);
        } catch (IOException | NumberFormatException e) {
            log.debug("cannot tell which signals are ignored", e);
            return true;
        }
    }

    private static Optional<String> program(String name, String path) {
        return CommandLookup.inPath(name, path, Path.of("/")).map(Path::toString);
    }
}
