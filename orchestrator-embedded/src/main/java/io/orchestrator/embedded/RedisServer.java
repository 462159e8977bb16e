package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Redis on one data directory. Whoever calls holds the startup lock. */
final class RedisServer implements Server {
    static final String NAME = "redis";

    private static final int PING_TIMEOUT_MS = 1_000;

    private final DataDirectory directory;
    private final BinaryCache binaries;
    private final RedisPassword password;

    RedisServer(DataDirectory directory, BinaryCache binaries) {
        this.directory = directory;
        this.binaries = binaries;
        this.password = new RedisPassword(configurationFile());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Path logs() {
        return directory.logs();
    }

    @Override
    public void prepare(int port, Duration limit) {
        try {
            Files.createDirectories(directory.redis(), FileTree.PRIVATE_DIRECTORY);
            Files.writeString(configurationFile(), configuration(port, password.include()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot configure Redis in " + directory.redis(), e);
        }
    }

    @Override
    public Process launch(ServerLog log) throws IOException {
        List<String> command =
                List.of(binaries.redisServer().toString(), configurationFile().toString());
        return ServerProgram.startDetached(command, directory.redis(), log);
    }

    /** It answers PING with an error while it still loads. */
    @Override
    public boolean isReady(ProcessIdentity process, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.loopback(), port), PING_TIMEOUT_MS);
            socket.setSoTimeout(PING_TIMEOUT_MS);
            String login = password.inUse().map(word -> "AUTH " + word + "\r\n").orElse("");
            String expected = login.isEmpty() ? "+PONG" : "+OK\r\n+PONG";
            socket.getOutputStream().write((login + "PING\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(expected.length());
            return new String(answer, StandardCharsets.US_ASCII).equals(expected);
        } catch (IOException e) {
            // Not listening yet.
            return false;
        }
    }

    @Override
    public boolean isTransientFailure(String logTail) {
        return false;
    }

    @Override
    public Optional<ProcessIdentity> byPidFile() {
        return new PidFile(pidFile()).processNaming(directory.redis());
    }

    /** Redis has no immediate stop of its own: without a snapshot to write, TERM only flushes the append-only file. */
    @Override
    public void stop(ProcessIdentity process, StopMode mode, Duration limit) {
        if (mode == StopMode.FAST) {
            Signal.TERM.send(process);
            if (BoundedWait.until(limit, () -> !process.isAlive())) {
                return;
            }
        }
        Signal.KILL.send(process);
        if (!BoundedWait.until(limit, () -> !process.isAlive())) {
            throw new LocalStackException("Redis (process " + process.pid() + ") does not end, even by SIGKILL");
        }
    }

    private Path configurationFile() {
        return directory.redis().resolve("redis.conf");
    }

    private Path pidFile() {
        return directory.redis().resolve("redis.pid");
    }

    /** With the password that the server on this port asks for. */
    String url(int port) {
        return "redis://" + password.inUse().map(word -> ":" + word + "@").orElse("") + "127.0.0.1:" + port;
    }

    private String configuration(int port, String includePassword) {
        return """
                # Written at every start.
                port %d
                bind 127.0.0.1
                dir %s
                pidfile %s
                # Everything is in the append-only file, at most a second behind; no snapshots beside it.
                appendonly yes
                appendfsync everysec
                save ""
                # A full memory is an error to the writer, never a message that vanishes.
                maxmemory-policy noeviction
                # The command line names the configuration: that is how an orphan is recognised.
                set-proc-title no
                # To the output, which is the log file.
                logfile ""
                # Whoever may connect to this port need not be this user.
                %s
                """.formatted(port, quoted(directory.redis()), quoted(pidFile()), includePassword);
    }

    static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
