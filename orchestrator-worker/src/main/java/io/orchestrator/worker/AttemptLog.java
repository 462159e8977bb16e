package io.orchestrator.worker;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.agent.Printed;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.LogLine.Source;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one attempt says: into the log of its task, and less of it into that of this worker. Thread-safe. */
final class AttemptLog {
    private static final Logger AGENT_LOG = LoggerFactory.getLogger("io.orchestrator.agent");
    private static final int WORKERS_PRINTED_CHARS = 64 * 1024;
    private static final int WORKERS_MESSAGE_CHARS = 1024 * 1024;

    private final ClaimedTask task;
    private final LogWriter writer;
    private final InstantSource clock;
    private final LogBuffer buffer;
    private final BoundedLog stdout = new BoundedLog(this::tellWorker, "text from stdout", WORKERS_PRINTED_CHARS);
    private final BoundedLog stderr = new BoundedLog(this::tellWorker, "text from stderr", WORKERS_PRINTED_CHARS);
    private final BoundedLog messages = new BoundedLog(this::tellWorker, "log message", WORKERS_MESSAGE_CHARS);

    AttemptLog(ClaimedTask task, LogWriter writer, InstantSource clock) {
        this.task = task;
        this.writer = writer;
        this.clock = clock;
        this.buffer = new LogBuffer(task.hold(), task.attempt());
    }

    void printed(Printed where, String line) {
        switch (where) {
            case STDOUT -> {
                keep(line, (at, text) -> LogLine.printed(at, Source.STDOUT, text));
                stdout.add(line);
            }
            case STDERR -> {
                keep(line, (at, text) -> LogLine.printed(at, Source.STDERR, text));
                stderr.add(line);
            }
        }
    }

    void message(LogLevel level, String message) {
        keep(message, (at, text) -> LogLine.message(at, Source.LOG, level, text));
        messages.add(message);
    }

    /** Keeps where the body was ended by this; the worker tells its own log. */
    void trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        keep(trace.toString().stripTrailing(), (at, text) -> LogLine.message(at, Source.ENGINE, LogLevel.ERROR, text));
    }

    /** What the engine has to add. */
    void engine(LogLevel level, String text) {
        keep(text, (at, line) -> LogLine.message(at, Source.ENGINE, level, line));
    }

    /** Stores all of it, as far as that takes but a moment. */
    void flush() {
        writer.flush(buffer);
    }

    private interface Making {
        LogLine line(Instant at, String text);
    }

    private void keep(String said, Making line) {
        Instant now = clock.instant();
        List<LogLine> lines =
                SaidLines.of(said).stream().map(text -> line.line(now, text)).toList();
        writer.add(buffer, lines);
    }

    private void tellWorker(String line) {
        // Named here, because a program's output is read on a thread that is not the attempt's.
        AGENT_LOG
                .atInfo()
                .addKeyValue("run", task.runId())
                .addKeyValue("task", task.hold().taskId())
                .addKeyValue("attempt", task.attempt())
                .log("{}: {}", task.name(), line);
    }
}
