package io.orchestrator.worker.program;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program's stdin. Writing never holds up the caller: what a pipe may not take at once is written by a thread of its
 * own. A program that does not read its stdin, or closes it, does nothing wrong.
 */
final class ProgramInput {
    private static final Logger log = LoggerFactory.getLogger(ProgramInput.class);

    /** The smallest empty pipe of any system takes this much without a reader. */
    private static final int PIPE_BYTES = 16 * 1024;

    private static final byte[] END = {};

    private final OutputStream stdin;
    private final String threadName;
    private final BlockingQueue<byte[]> pending = new LinkedBlockingQueue<>();
    private boolean ended;

    ProgramInput(OutputStream stdin, String threadName) {
        this.stdin = stdin;
        this.threadName = threadName;
    }

    /** Writes the task, and ends the input unless it is kept open for {@link #send}. */
    void begin(byte[] task, boolean keepOpen) {
        pending.add(task);
        if (!keepOpen) {
            end();
        }
        if (!keepOpen && task.length <= PIPE_BYTES) {
            drain();
        } else {
            Thread.ofPlatform().daemon().name(threadName).start(this::drain);
        }
    }

    synchronized void send(byte[] line) {
        if (!ended) {
            pending.add(line);
        }
    }

    synchronized void end() {
        if (!ended) {
            ended = true;
            pending.add(END);
        }
    }

    private void drain() {
        try (stdin) {
            for (byte[] next = pending.take(); next.length > 0; next = pending.take()) {
                stdin.write(next);
                stdin.flush();
            }
        } catch (IOException e) {
            log.debug("{}: the program does not read its stdin to the end: {}", threadName, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
