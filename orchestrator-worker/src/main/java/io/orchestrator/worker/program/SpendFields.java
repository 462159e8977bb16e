package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import io.orchestrator.worker.program.MessageFields.WrongField;
import io.orchestrator.worker.program.ProgramMessage.SpendReport;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * What a {@code usage} message says was used. Money is never left out: a field that says the same in another spelling is
 * read, and one that seems to tell of money or tokens in words that are not known is refused.
 */
final class SpendFields {
    private static final long MOST_COUNTED = 1_000_000_000_000L;
    private static final BigDecimal MOST_USD = BigDecimal.valueOf(1_000_000_000L);

    private SpendFields() {}

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
        Json said = spelled.build();
        others.build().forEachField((name, value) -> checkTellsNothing(name, said));
        if (said.size() == 0 && message.size() > 1) {
            throw new WrongField("none of the fields 'tokens', 'costUsd' and 'toolMs' is there");
        }
        MessageFields fields = new MessageFields(said);
        return new SpendReport(
                fields.count("tokens", 0, MOST_COUNTED),
                fields.amount("costUsd", BigDecimal.ZERO, MOST_USD),
                fields.count("toolMs", 0, MOST_COUNTED));
    }

    private static String known(String name) {
        return switch (plain(name)) {
            case "tokens" -> "tokens";
            case "costusd" -> "costUsd";
            case "toolms" -> "toolMs";
            default -> "";
        };
    }

    private static void checkTellsNothing(String name, Json said) {
        String plain = plain(name);
        if (plain.contains("token") && !said.has("tokens")) {
            throw new WrongField("field '" + name + "' seems to tell of tokens, and field 'tokens' is missing");
        }
        boolean money = plain.contains("cost") || plain.contains("usd") || plain.contains("price");
        if (money && !said.has("costUsd")) {
            throw new WrongField("field '" + name + "' seems to tell of money, and field 'costUsd' is missing");
        }
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }
}
