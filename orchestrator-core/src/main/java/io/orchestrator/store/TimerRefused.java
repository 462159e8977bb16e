package io.orchestrator.store;

/** A timer cannot be cancelled by itself, because something depends on it; the message says what, and what to do instead. */
public final class TimerRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TimerRefused(long timerId, String keeps, String instead) {
        super("timer " + timerId + " keeps " + keeps + " and is not cancelled by itself: " + instead);
    }

    public static TimerRefused ofTaskTimebox(long timerId, String runId, String taskId) {
        return new TimerRefused(
                timerId,
                "the timebox of task " + taskId,
                "it goes when the task ends, and 'orchestrator cancel " + runId + "' ends the run of both");
    }

    public static TimerRefused ofPhaseTimebox(long timerId, String runId, String phaseId) {
        return new TimerRefused(
                timerId,
                "the timebox of phase " + phaseId,
                "scheduleTimeout gives the phase another one, 'orchestrator pause " + runId
                        + "' holds its time, and 'orchestrator cancel " + runId + "' ends the run");
    }

    public static TimerRefused ofRunTimebox(long timerId, String runId) {
        return new TimerRefused(
                timerId,
                "the timebox of run " + runId,
                "'orchestrator pause " + runId + "' holds its time, and 'orchestrator cancel " + runId
                        + "' ends the run");
    }

    public static TimerRefused ofRunStart(long timerId, String runId) {
        return new TimerRefused(
                timerId,
                "the start of run " + runId,
                "'orchestrator cancel " + runId + "' takes the run back before it starts, and 'orchestrator pause "
                        + runId + "' lets none of its tasks start");
    }

    public static TimerRefused ofPhaseDelay(long timerId, String runId, String phaseId) {
        return new TimerRefused(
                timerId,
                "the delay of phase " + phaseId,
                "'orchestrator cancel " + runId + "' ends the run, and 'orchestrator pause " + runId
                        + "' lets none of its tasks start");
    }
}
