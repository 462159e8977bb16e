package io.orchestrator.worker.program;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A program that runs under a starter: the starter's streams and the program's pid, life and exit code. Thread-safe. */
final class KeptProcess extends Process {
    private final Process starter;
    private final long pid;
    private final CompletableFuture<Integer> exit;

    KeptProcess(Process starter, long pid, CompletableFuture<Integer> exit) {
        this.starter = starter;
        this.pid = pid;
        this.exit = exit;
    }

    @Override
    public OutputStream getOutputStream() {
        return starter.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return starter.getInputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return starter.getErrorStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit code does not fail", e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            exit.get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit code does not fail", e);
        }
    }

    @Override
    public int exitValue() {
        if (!exit.isDone()) {
            throw new IllegalThreadStateException("process has not exited");
        }
        return exit.join();
    }

    @Override
    public boolean isAlive() {
        return !exit.isDone();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exit.thenApply(code -> this);
    }

    @Override
    public long pid() {
        return pid;
    }

    /** Signals the program, while it is there. */
    @Override
    public void destroy() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    @Override
    public Process destroyForcibly() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        return this;
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public ProcessHandle.Info info() {
        return ProcessHandle.of(pid).map(ProcessHandle::info).orElseGet(starter::info);
    }

    @Override
    public Stream<ProcessHandle> children() {
        return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children);
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
    }
}
