package io.orchestrator.cli;

import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The start of a service whose servers do not answer yet: whoever starts a machine starts everything at once, and a database
 * that fails over takes its time. What is set up wrong is not waited for.
 */
final class PatientStart {
    private static final Duration AT_MOST = Duration.ofMinutes(5);
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final Interruption interruption;
    private final Ticks ticks;
    private final Consumer<String> tell;

    /** @param tell is told in a sentence when the waiting begins, and when it is over */
    PatientStart(Interruption interruption, Ticks ticks, Consumer<String> tell) {
        this.interruption = interruption;
        this.ticks = ticks;
        this.tell = tell;
    }

    /**
     * What {@code opening} opens, as soon as it can; empty when somebody wants the service to end meanwhile.
     *
     * @throws Refusal the last one, when five minutes have not been enough; at once, when it is not about servers that do not
     *     answer
     */
    <T> Optional<T> open(Supplier<T> opening) throws InterruptedException {
        long begin = ticks.nanos();
        boolean told = false;
        while (!interruption.requested()) {
            try {
                T opened = opening.get();
                if (told) {
                    tell.accept("the servers answer; starting");
                }
                return Optional.of(opened);
            } catch (Refusal refusal) {
                if (refusal.code() != ExitCode.UNREACHABLE || ticks.since(begin).compareTo(AT_MOST) >= 0) {
                    throw refusal;
                }
                if (!told) {
                    tell.accept(refusal.getMessage() + " Trying again for " + AT_MOST.toMinutes() + " minutes.");
                    told = true;
                }
            }
            interruption.await(BETWEEN);
        }
        return Optional.empty();
    }
}
