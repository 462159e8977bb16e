package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import io.orchestrator.worker.program.MessageFields.WrongField;
import io.orchestrator.worker.program.ProgramMessage.SpendReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a {@code usage} message says was used. Money is never left out: a field that says the same in another spelling is
 * read, one that seems to tell of money or tokens in words that are not known is refused, and of any other amount the
 * author is told that nobody counts it.
 */
final class SpendFields {
    private static final long MOST_COUNTED = 1_000_000_000_000L;
    private static final BigDecimal MOST_USD = BigDecimal.valueOf(1_000_000_000L);

    private final Json said;
    private final SpendReport report;
    private final List<String> uncounted = new ArrayList<>();

    private SpendFields(Json said) {
        this.said = said;
        MessageFields fields = new MessageFields(said);
        this.report = new SpendReport(
                fields.count("tokens", 0, MOST_COUNTED),
                fields.amount("costUsd", BigDecimal.ZERO, MOST_USD),
                fields.count("toolMs", 0, MOST_COUNTED),
                Optional.empty());
    }

    static SpendReport of(Json message) {
        Json.ObjectBuilder spelled = Json.builder();
        Json.ObjectBuilder others = Json.builder();
        message.forEachField((name, value) -> {
            String known = known(name);
            if (known.isEmpty()) {
                others.put(name, value);
            } else if (spelled.build().has(known)) {
                throw new WrongField("field '" + name + "' says what another one says");
            } else {
                spelled.put(known, value);
            }
        });
        SpendFields fields = new SpendFields(spelled.build());
        others.build().forEachField((name, value) -> fields.check("", name, value));
        return fields.counted(message);
    }

    private SpendReport counted(Json message) {
        if (said.size() == 0 && message.size() > 1) {
            throw new WrongField("none of the fields 'tokens', 'costUsd' and 'toolMs' is there");
        }
        if (uncounted.isEmpty()) {
            return report;
        }
        String reason = String.join(", ", uncounted)
                + ": not known, and not counted; what is counted are the fields 'tokens', 'costUsd' and 'toolMs'";
        return new SpendReport(report.tokens(), report.costUsd(), report.toolMs(), Optional.of(reason));
    }

    private static String known(String name) {
        return switch (name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "")) {
            case "tokens" -> "tokens";
            case "costusd" -> "costUsd";
            case "toolms" -> "toolMs";
            default -> "";
        };
    }

    /** @param around the names of the fields that it stands in, which may be the ones that say what it is */
    private void check(String around, String name, Json value) {
        String path = around + name;
        if (value.isObject()) {
            value.forEachField((inner, innerValue) -> check(path + ".", inner, innerValue));
        } else if (value.isArray()) {
            value.elements().forEach(element -> check(around, name, element));
        } else {
            checkAmount(path, value);
        }
    }

    private void checkAmount(String path, Json value) {
        if (SpendWords.tellsOfMoney(path)) {
            if (SpendWords.holdsAmount(value)) {
                beside(path, value, report.costUsd(), "money", "costUsd");
            }
        } else if (SpendWords.tellsOfTokens(path)) {
            if (SpendWords.holdsAmount(value)) {
                beside(path, value, BigDecimal.valueOf(report.tokens()), "tokens", "tokens");
            }
        } else if (SpendWords.isAmount(value)) {
            uncounted(path, value);
        }
    }

    /** A part of what is counted is said a second time; more than that has to be told. */
    private void beside(String path, Json value, BigDecimal counted, String what, String field) {
        if (counted.signum() == 0) {
            throw new WrongField("field '" + Excerpt.of(path) + "' seems to tell of " + what + ", and field '" + field
                    + "' " + (said.get(field).isPresent() ? "is 0" : "is missing"));
        }
        if (!value.isNumber() || value.asDecimal().compareTo(counted) > 0) {
            uncounted(path, value);
        }
    }

    private void uncounted(String path, Json value) {
        if (uncounted.size() < MessageFields.MOST_NAMED) {
            uncounted.add("field '" + Excerpt.of(path) + "' (" + value.describe() + ")");
        }
    }
}
