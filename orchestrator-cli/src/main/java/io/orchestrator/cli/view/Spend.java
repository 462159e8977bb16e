package io.orchestrator.cli.view;

import io.orchestrator.agent.Usage;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** What was used, for people: {@code 12,345 tokens, $0.42, 12s of tools}. */
final class Spend {
    private Spend() {}

    /** Only what was used; {@code nothing} when that is nothing. */
    static String text(Usage usage) {
        StringBuilder text = new StringBuilder();
        if (usage.tokens() > 0) {
            text.append(String.format(Locale.ROOT, "%,d tokens", usage.tokens()));
        }
        if (usage.costUsd().signum() > 0) {
            text.append(text.isEmpty() ? "" : ", ").append(dollars(usage));
        }
        if (usage.toolMs() > 0) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(Elapsed.text(Duration.ofMillis(usage.toolMs())))
                    .append(" of tools");
        }
        return text.isEmpty() ? "nothing" : text.toString();
    }

    /** Rounded up, so that no cost looks like none. */
    static String dollars(Usage usage) {
        return "$" + usage.costUsd().setScale(2, RoundingMode.UP).toPlainString();
    }
}
