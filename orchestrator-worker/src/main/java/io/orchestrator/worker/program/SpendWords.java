package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names of fields tell of money or tokens in other words than the documented ones, and which values may be amounts. */
final class SpendWords {
    /** Also where they are run together with others, as in {@code totalcost}. */
    private static final List<String> PARTS_FOR_MONEY = List.of("cost", "usd", "price", "dollar");

    private static final Set<String> FOR_MONEY = Set.of(
            "spend",
            "spent",
            "spending",
            "charge",
            "charges",
            "charged",
            "fee",
            "fees",
            "bill",
            "billed",
            "billing",
            "paid",
            "payment",
            "payments",
            "money",
            "credit",
            "credits",
            "cent",
            "cents",
            "eur",
            "euro",
            "euros",
            "gbp",
            "amount",
            "expense",
            "expenses");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}]+|(?<=\\p{Ll})(?=\\p{Lu})");
    private static final Pattern NOT_ZERO = Pattern.compile("[1-9]");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[$€£]?[0-9][0-9.,_ ]*([eE][+-]?[0-9]+)?[$€£]?");
    private static final int LONGEST_NUMBER = 100;

    private SpendWords() {}

    static boolean tellsOfMoney(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return PARTS_FOR_MONEY.stream().anyMatch(small::contains)
                || Arrays.stream(BETWEEN_WORDS.split(name))
                        .anyMatch(word -> FOR_MONEY.contains(word.toLowerCase(Locale.ROOT)));
    }

    static boolean tellsOfTokens(String name) {
        return name.toLowerCase(Locale.ROOT).contains("token");
    }

    /** Of a field whose name says what it is: whatever is no zero. */
    static boolean holdsAmount(Json value) {
        return value.isNumber()
                ? value.asDecimal().signum() != 0
                : value.isText() && NOT_ZERO.matcher(value.asText()).find();
    }

    /** Of a field whose name says nothing: a number that is no zero, also in quotes. */
    static boolean isAmount(Json value) {
        return holdsAmount(value)
                && (value.isNumber()
                        || (value.asText().length() <= LONGEST_NUMBER
                                && NUMBER.matcher(value.asText().strip()).matches()));
    }
}
