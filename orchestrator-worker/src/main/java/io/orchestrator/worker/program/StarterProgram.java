package io.orchestrator.worker.program;

import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The small program that does what Java cannot: it is built from its source, which comes with the engine, by the C compiler
 * of this host, and kept in the user's cache under the hash of that source. One that was built elsewhere for this
 * host, such as with an image, is named by {@value #VARIABLE}.
 */
final class StarterProgram {
    /** Where an operator says that it is. */
    static final String VARIABLE = "ORCHESTRATOR_STARTER";

    private static final Logger log = LoggerFactory.getLogger(StarterProgram.class);
    private static final String SOURCE = "starter.c";
    private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");

    /** It starts faster without a dynamic linker, but not every compiler has what that takes. */
    private static final List<List<String>> LINKING = List.of(List.of("-static"), List.of());

    private static final long BUILD_SECONDS = 60;
    private static final long PROBE_SECONDS = 10;

    private final Map<String, String> environment;
    private final String path;
    private final Ticks ticks = new SystemTicks();

    /** @param path where to look for a compiler */
    StarterProgram(Map<String, String> environment, String path) {
        this.environment = environment;
        this.path = path;
    }

    static StarterProgram ofThisHost() {
        return new StarterProgram(System.getenv(), ChildEnvironment.workerPath());
    }

    /** The program, tried; empty where there is none and none can be built. */
    Optional<Path> find() {
        if (!ProcFilesystem.isAvailable()) {
            return Optional.empty();
        }
        Optional<Path> named = Optional.ofNullable(environment.get(VARIABLE))
                .filter(v -> !v.isBlank())
                .map(Path::of);
        if (named.isPresent()) {
            Optional<Path> usable = named.filter(this::works);
            if (usable.isEmpty()) {
                log.warn("{} names {}, which cannot be used as a starter on this host", VARIABLE, named.get());
            }
            return usable;
        }
        byte[] source = source();
        Path program = folder().resolve("starter-" + hash(source) + "-" + System.getProperty("os.arch"));
        if (Files.isExecutable(program) && works(program)) {
            return Optional.of(program);
        }
        return compiler().flatMap(compiler -> built(compiler, source, program)).filter(this::works);
    }

    private Optional<Path> compiler() {
        return COMPILERS.stream()
                .flatMap(name -> CommandLookup.inPath(name, path, Path.of("/")).stream())
                .findFirst();
    }

    /** Under a name of its own first, so that nobody ever runs half a program. */
    private static Optional<Path> built(Path compiler, byte[] source, Path program) {
        try {
            Files.createDirectories(program.getParent());
            Path work = Files.createTempDirectory(program.getParent(), "build-");
            try {
                Path text = Files.write(work.resolve(SOURCE), source);
                Path fresh = work.resolve("starter");
                for (List<String> linking : LINKING) {
                    if (compile(compiler, linking, text, fresh)) {
                        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
                        Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
                        return Optional.of(program);
                    }
                }
                log.warn("{} cannot build the starter of programs; run it on {} to see why", compiler, text);
                return Optional.empty();
            } finally {
                Files.deleteIfExists(work.resolve(SOURCE));
                Files.deleteIfExists(work.resolve("starter"));
                Files.deleteIfExists(work);
            }
        } catch (IOException e) {
            log.warn("the starter of programs cannot be built in {}: {}", program.getParent(), e.toString());
            return Optional.empty();
        }
    }

    private static boolean compile(Path compiler, List<String> linking, Path text, Path target) throws IOException {
        List<String> command = new ArrayList<>(List.of(compiler.toString(), "-O2"));
        command.addAll(linking);
        command.addAll(List.of("-o", target.toString(), text.toString()));
        Process process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return endsWell(process, BUILD_SECONDS) && Files.isExecutable(target);
    }

    private static boolean endsWell(Process process, long seconds) {
        try {
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }

    /** It runs here, may do what it has to, and its clock is the one that the worker judges its lease by. */
    private boolean works(Path program) {
        try {
            long before = ticks.nanos();
            Process process = new ProcessBuilder(program.toString(), "probe")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader said = process.inputReader()) {
                String clock = said.readLine();
                boolean well = endsWell(process, PROBE_SECONDS);
                long now = Long.parseLong(String.valueOf(clock));
                return well && now - before >= 0 && ticks.nanos() - now >= 0;
            }
        } catch (IOException | NumberFormatException e) {
            log.debug("{} cannot be used", program, e);
            return false;
        }
    }

    private Path folder() {
        Path cache = absolute("XDG_CACHE_HOME")
                .or(() -> absolute("HOME").map(home -> home.resolve(".cache")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
        return cache.resolve("orchestrator").resolve("starter");
    }

    private Optional<Path> absolute(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isBlank())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }

    private static byte[] source() {
        try (InputStream text = StarterProgram.class.getResourceAsStream(SOURCE)) {
            if (text == null) {
                throw new IllegalStateException("the engine is incomplete: " + SOURCE + " is missing");
            }
            return text.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
