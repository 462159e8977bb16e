package io.orchestrator.store;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.json.Json;
import io.orchestrator.json.StorableText;
import io.orchestrator.json.StorageLimits;
import io.orchestrator.json.UnstorableValue;
import java.time.Duration;
import java.time.Instant;

/**
 * What a store takes, in Postgres and in memory alike, so that whatever one of them accepts comes back equal from both.
 * Everything here throws {@link DataRejected} with a sentence that names the place and the limit.
 */
public final class Storable {
    /** What anybody means lies between, and every calendar and every clock knows it. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Storable() {}

    /** What agents say: characters that cannot be stored are replaced, all else that cannot be stored is refused. */
    public static Json said(String what, Json value) {
        if (UnstorableValue.first(value).isEmpty()) {
            return value;
        }
        return written(what, StorableText.document(value));
    }

    /** What users write: it comes back as it is, or is refused. */
    public static Json written(String what, Json value) {
        UnstorableValue.first(value).ifPresent(fault -> {
            throw new DataRejected(what + " cannot be stored: " + fault.described());
        });
        return value;
    }

    /** A name or a key, which comes back as it is. */
    public static String name(String what, String name) {
        StorableText.faultOfName(what, name).ifPresent(fault -> {
            throw new DataRejected(fault);
        });
        return name;
    }

    /** What an agent names: characters that cannot be stored are replaced. */
    public static String saidName(String what, String name) {
        return name(what, StorableText.characters(name));
    }

    /** A message, a reason or an error: mended, and shortened where it is very long. */
    public static String message(String text) {
        return StorableText.message(text);
    }

    /** A wait that any clock can be advanced by. */
    public static Duration wait(String what, Duration wait) {
        if (wait.compareTo(StorageLimits.LONGEST_WAIT) > 0
                || wait.compareTo(StorageLimits.LONGEST_WAIT.negated()) < 0) {
            throw new DataRejected(what + " of " + wait + " is longer than "
                    + "%,d days".formatted(StorageLimits.LONGEST_WAIT.toDays()) + ", the longest that can be kept");
        }
        return wait;
    }

    /** A child as its parent names it. */
    public static ChildSpec child(ChildSpec child) {
        String key = saidName("the key of the child", child.key());
        String target = saidName("the target of child '" + key + "'", child.target());
        return new ChildSpec(key, child.type(), target, said("the input of child '" + key + "'", child.input()));
    }

    /** A run as it is submitted, or kept by a schedule. */
    public static void request(RunRequest request) {
        request.key().ifPresent(key -> name("the key of the run", key));
        written("the plan", request.source());
        written("the inputs", request.plan().inputs().overlaidBy(request.inputs()));
        written("the agents that the run brings along", request.agents());
        switch (request.start()) {
            case RunStart.Now ignored -> {}
            case RunStart.In(Duration delay) -> wait("the delay of the run's start", delay);
            case RunStart.At(Instant instant) -> {
                if (instant.isAfter(LATEST) || instant.isBefore(EARLIEST)) {
                    throw new DataRejected(
                            "the run's start at " + instant + " cannot be kept; expected one of the years 1 to 9999");
                }
            }
        }
    }
}
