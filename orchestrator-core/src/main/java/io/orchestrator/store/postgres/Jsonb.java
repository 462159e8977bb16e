package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Storable;
import io.orchestrator.store.Unreadable;
import java.util.Optional;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * Between JSON values and the text that Postgres takes for jsonb. All that is read from such columns is read here: a column
 * holds whatever was written by anybody, and what cannot be read is {@link Unreadable} by name.
 */
final class Jsonb {
    private Jsonb() {}

    /** @throws io.orchestrator.store.DataRejected when the value cannot be stored and has no replacement */
    static String text(Json value) {
        return text("the value", value);
    }

    /** The same, with what the value is in the words of the refusal. */
    static String text(String what, Json value) {
        return Storable.said(what, value).toString();
    }

    /** A value on its way into a column. */
    static JSONB column(String what, Json value) {
        return JSONB.valueOf(Storable.written(what, value).toString());
    }

    static @Nullable String text(@Nullable JSONB column) {
        return column == null ? null : column.data();
    }

    /**
     * A value of any kind; JSON null where there is none.
     *
     * @param what it is, for people
     */
    static Json read(String what, @Nullable String text) {
        if (text == null) {
            return Json.NULL;
        }
        try {
            return Json.parseStored(text);
        } catch (RuntimeException e) {
            throw new Unreadable(what, e);
        }
    }

    /** As {@link #read}, of a column that holds objects; an empty one where there is none. */
    static Json readObject(String what, @Nullable String text) {
        if (text == null) {
            return Json.EMPTY_OBJECT;
        }
        Json value = read(what, text);
        if (!value.isObject()) {
            throw new Unreadable(what, "expected an object, found " + value.describe());
        }
        return value;
    }

    /** A plan that was accepted once. */
    static Plan readPlan(String what, @Nullable String text) {
        return readPlan(what, readObject(what, text));
    }

    private static Plan readPlan(String what, Json document) {
        try {
            return PlanReader.readAccepted(document);
        } catch (RuntimeException e) {
            throw new Unreadable(what, fault(document, e));
        }
    }

    /**
     * What was asked for, to be asked for once more: the plan has to keep to the rules of today.
     *
     * @param whose such as {@code run run-1}
     */
    static RunRequest readRequest(
            String whose, @Nullable String plan, @Nullable String inputs, @Nullable String agents) {
        Json source = readObject("the plan of " + whose, plan);
        Plan read;
        try {
            read = PlanReader.read(source);
        } catch (RuntimeException e) {
            throw new Unreadable("the plan of " + whose, e);
        }
        return new RunRequest(
                read,
                source,
                readObject("the inputs of " + whose, inputs),
                readObject("the agents of " + whose, agents),
                Optional.empty());
    }

    /** What is wrong with it in the words of whoever refuses plans, which say more. */
    private static RuntimeException fault(Json document, RuntimeException otherwise) {
        try {
            PlanReader.read(document);
            return otherwise;
        } catch (InvalidPlanException e) {
            return e;
        }
    }

    /** For people: where it cannot be read, a value that says so. */
    static Json show(String what, @Nullable String text) {
        try {
            return read(what, text);
        } catch (Unreadable e) {
            return Json.object("unreadable", e.getMessage());
        }
    }

    /** Plain text as a text column can hold it. */
    static String clean(String text) {
        return Storable.message(text);
    }
}
