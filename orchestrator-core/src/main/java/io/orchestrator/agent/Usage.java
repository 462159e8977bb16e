package io.orchestrator.agent;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt has used since it last said so. Sums stop at {@link #MOST_IN_ALL}, which every column and every view has
 * room for, rather than running over.
 *
 * @param tokens model tokens
 * @param costUsd US dollars
 * @param toolMs milliseconds of tool time
 */
public record Usage(long tokens, BigDecimal costUsd, long toolMs) {
    public static final Usage NONE = new Usage(0, BigDecimal.ZERO, 0);

    /** The most that one report may say; what one task has used in all stops there too. */
    public static final Usage MOST = new Usage(1_000_000_000_000L, new BigDecimal(1_000_000_000), 1_000_000_000_000L);

    /** Where the sums over the tasks of a phase, a run or a budget stop: more than any budget can allow. */
    public static final Usage MOST_IN_ALL =
            new Usage(10_000_000_000_000_000L, new BigDecimal(1_000_000_000_000L), 10_000_000_000_000_000L);

    /** Of a dollar's fraction; what is below is rounded up, so that nothing used becomes nothing. */
    private static final int COST_DIGITS = 18;

    private static final BigDecimal LEAST_COST = BigDecimal.ONE.movePointLeft(COST_DIGITS);

    public Usage {
        if (tokens < 0 || toolMs < 0 || costUsd.signum() < 0) {
            throw new IllegalArgumentException(
                    "usage cannot be negative: tokens " + tokens + ", costUsd " + costUsd + ", toolMs " + toolMs);
        }
    }

    /** Sums as they stand in a store, whatever somebody has written there: what cannot be is nothing. */
    public static Usage standing(long tokens, BigDecimal costUsd, long toolMs) {
        return new Usage(Math.max(0, tokens), costUsd.max(BigDecimal.ZERO), Math.max(0, toolMs));
    }

    /**
     * A report as an agent makes it.
     *
     * @throws IllegalArgumentException for one that is negative, above {@link #MOST}, or has no cost at all
     */
    public static Usage reported(long tokens, @Nullable BigDecimal costUsd, long toolMs) {
        if (costUsd == null) {
            throw new IllegalArgumentException("the costUsd of a usage report is null; report 0 for nothing");
        }
        Usage report = new Usage(tokens, costUsd, toolMs);
        if (tokens > MOST.tokens || toolMs > MOST.toolMs || costUsd.compareTo(MOST.costUsd) > 0) {
            throw new IllegalArgumentException(
                    ("a usage report is at most %,d tokens, %,d US dollars and %,d ms of tool"
                                    + " time, found tokens %d, costUsd %s, toolMs %d")
                            .formatted(
                                    MOST.tokens,
                                    MOST.costUsd.longValueExact(),
                                    MOST.toolMs,
                                    tokens,
                                    shown(costUsd),
                                    toolMs));
        }
        return new Usage(report.tokens, roundedUp(costUsd), report.toolMs);
    }

    private static String shown(BigDecimal amount) {
        String text = amount.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /** Without writing out what a giant exponent stands for. */
    private static BigDecimal roundedUp(BigDecimal cost) {
        if (cost.scale() <= COST_DIGITS) {
            return cost.signum() == 0 ? BigDecimal.ZERO : cost;
        }
        if (cost.compareTo(LEAST_COST) <= 0) {
            return cost.signum() == 0 ? BigDecimal.ZERO : LEAST_COST;
        }
        return cost.setScale(COST_DIGITS, RoundingMode.UP);
    }

    public Usage plus(Usage other) {
        return new Usage(
                sum(tokens, other.tokens, MOST_IN_ALL.tokens),
                costUsd.add(other.costUsd).min(MOST_IN_ALL.costUsd),
                sum(toolMs, other.toolMs, MOST_IN_ALL.toolMs));
    }

    /** Both are at least 0. */
    private static long sum(long a, long b, long most) {
        return a >= most - Math.min(b, most) ? most : a + b;
    }

    /** Of each kind no more than this. */
    public Usage upTo(Usage most) {
        return new Usage(Math.min(tokens, most.tokens), costUsd.min(most.costUsd), Math.min(toolMs, most.toolMs));
    }

    /** Of each kind no less than this. */
    public Usage atLeast(Usage least) {
        return new Usage(Math.max(tokens, least.tokens), costUsd.max(least.costUsd), Math.max(toolMs, least.toolMs));
    }

    public boolean isNone() {
        return tokens == 0 && toolMs == 0 && costUsd.signum() == 0;
    }
}
