package io.orchestrator.run;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Budgets;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a budget says to what was used of it. */
public final class BudgetDecisions {
    private static final BigDecimal MS_A_MINUTE = BigDecimal.valueOf(60_000);
    private static final int SHOWN_DIGITS = 6;

    /** Of a limit next to nothing; what tells of it is not to fail the booking. */
    private static final BigDecimal MOST_PERCENT = BigDecimal.valueOf(1_000_000);

    private static final BigDecimal WARNED_FROM = new BigDecimal("0.9");

    /** How far a budget is used. */
    public enum Level {
        FINE,
        /** Nine tenths of a limit are used, or more. */
        WARNING,
        /** More than a limit is used; a limit that is just reached is kept. */
        EXHAUSTED
    }

    private BudgetDecisions() {}

    /** Whether there is a limit of any kind. */
    public static boolean limitsAnything(Budgets budgets) {
        return budgets.tokens().isPresent()
                || budgets.usd().isPresent()
                || budgets.toolsMinutes().isPresent();
    }

    /** What was used beyond what was known; a total that comes late adds nothing. */
    public static Usage more(Usage known, Usage used) {
        return new Usage(
                Math.max(0, used.tokens() - known.tokens()),
                used.costUsd().subtract(known.costUsd()).max(BigDecimal.ZERO),
                Math.max(0, used.toolMs() - known.toolMs()));
    }

    /** In whole milliseconds, rounded up. */
    public static Optional<Long> toolMs(Budgets budgets) {
        return budgets.toolsMinutes()
                .map(minutes -> minutes.multiply(MS_A_MINUTE)
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact());
    }

    /** How far the budget is used, by whichever kind is used most. */
    public static Level level(Budgets budgets, Usage used) {
        Level tokens = level(budgets.tokens().map(BigDecimal::valueOf), BigDecimal.valueOf(used.tokens()));
        Level usd = level(budgets.usd(), used.costUsd());
        Level tools = level(toolMs(budgets).map(BigDecimal::valueOf), BigDecimal.valueOf(used.toolMs()));
        return max(tokens, max(usd, tools));
    }

    /**
     * What a warning tells: of all limits the one that is used most, as the plan names it, with what was used of it in the
     * same unit and in percent, rounded down.
     */
    public static Json warning(Budgets budgets, Usage used) {
        List<Part> parts = new ArrayList<>();
        budgets.tokens()
                .ifPresent(limit ->
                        parts.add(new Part("tokens", BigDecimal.valueOf(used.tokens()), BigDecimal.valueOf(limit))));
        budgets.usd().ifPresent(limit -> parts.add(new Part("usd", used.costUsd(), limit)));
        toolMs(budgets)
                .ifPresent(limit -> parts.add(new Part("tools_minutes", minutes(used.toolMs()), minutes(limit))));
        return parts.stream()
                .max(Comparator.comparing(Part::share))
                .map(Part::document)
                .orElse(Json.EMPTY_OBJECT);
    }

    private static BigDecimal minutes(long ms) {
        return BigDecimal.valueOf(ms).divide(MS_A_MINUTE, SHOWN_DIGITS, RoundingMode.HALF_UP);
    }

    /** A limit and what was used of it. */
    private record Part(String limit, BigDecimal used, BigDecimal most) {
        BigDecimal share() {
            return most.signum() == 0 ? used : used.divide(most, SHOWN_DIGITS, RoundingMode.DOWN);
        }

        Json document() {
            return Json.object(
                    "budget",
                    limit,
                    "used",
                    plain(used),
                    "limit",
                    plain(most),
                    "percent",
                    share().movePointRight(2).min(MOST_PERCENT).intValue());
        }

        /** Without an exponent, which nobody wants to read. */
        private static BigDecimal plain(BigDecimal amount) {
            return new BigDecimal(amount.stripTrailingZeros().toPlainString());
        }
    }

    private static Level max(Level a, Level b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Level level(Optional<BigDecimal> limit, BigDecimal used) {
        if (limit.isEmpty()) {
            return Level.FINE;
        }
        if (used.compareTo(limit.get()) > 0) {
            return Level.EXHAUSTED;
        }
        return used.compareTo(limit.get().multiply(WARNED_FROM)) >= 0 ? Level.WARNING : Level.FINE;
    }

    /** Why whatever draws from the budget ends. */
    public static String exhausted(String whose, Budgets budgets, Usage used) {
        StringBuilder text = new StringBuilder("the budget of ").append(whose).append(" is exhausted:");
        budgets.tokens()
                .ifPresent(limit -> text.append(" used ")
                        .append(used.tokens())
                        .append(" of ")
                        .append(limit)
                        .append(" tokens,"));
        budgets.usd()
                .ifPresent(limit -> text.append(" used ")
                        .append(used.costUsd().stripTrailingZeros().toPlainString())
                        .append(" of ")
                        .append(limit.stripTrailingZeros().toPlainString())
                        .append(" US dollars,"));
        toolMs(budgets)
                .ifPresent(limit -> text.append(" used ")
                        .append(used.toolMs())
                        .append(" of ")
                        .append(limit)
                        .append(" ms of tool time,"));
        return text.append(" so nothing more of it starts").toString();
    }
}
