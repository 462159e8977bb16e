package io.orchestrator.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.TreeMap;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NumericNode;

/** One text for each meaning, so that a hash of it does not depend on key order, white space or {@code 1.0} for {@code 1}. */
final class CanonicalJson {
    private static final int FEW_DIGITS = 40;
    private static final long SANE_SCALE = 1_000_000_000L;

    private CanonicalJson() {}

    static String write(JsonNode node) {
        StringBuilder out = new StringBuilder();
        append(out, node);
        return out.toString();
    }

    private static void append(StringBuilder out, JsonNode node) {
        if (node.isObject()) {
            appendObject(out, node);
        } else if (node.isArray()) {
            out.append('[');
            for (int i = 0; i < node.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                append(out, node.get(i));
            }
            out.append(']');
        } else if (node.isNumber() && !isNaN(node)) {
            out.append(number(node));
        } else if (node.isString()) {
            appendString(out, node.stringValue());
        } else {
            out.append(Surrogates.escapeLone(JsonCodec.write(node)));
        }
    }

    private static void appendObject(StringBuilder out, JsonNode node) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
        out.append('{');
        String separator = "";
        for (var entry : sorted.entrySet()) {
            out.append(separator);
            appendString(out, entry.getKey());
            out.append(':');
            append(out, entry.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private static void appendString(StringBuilder out, String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2);
        JsonStringEncoder.getInstance().quoteAsString(value, quoted);
        out.append('"').append(Surrogates.escapeLone(quoted.toString())).append('"');
    }

    /** By the digits as they are written, because a float's own decimal value has more of them. */
    static String number(JsonNode node) {
        String written = node.asString();
        if (isNaN(node)) {
            return written;
        }
        BigDecimal value = new BigDecimal(written);
        return value.signum() == 0 ? "0" : shortest(value);
    }

    /**
     * The same as without trailing zeros, but taken off as text: of a number of many digits they are not divided away one
     * by one, and of a giant exponent the scale does not overflow.
     */
    private static String shortest(BigDecimal value) {
        if (value.precision() <= FEW_DIGITS && Math.abs((long) value.scale()) <= SANE_SCALE) {
            return value.stripTrailingZeros().toString();
        }
        String digits = value.unscaledValue().toString();
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        long scale = (long) value.scale() - (digits.length() - end);
        BigInteger significant = new BigInteger(digits.substring(0, end));
        return Math.abs(scale) <= SANE_SCALE
                ? new BigDecimal(significant, (int) scale).toString()
                : significant + "E" + -scale;
    }

    /** Also true of the infinities; such values come from Java code only, and are written as text. */
    static boolean isNaN(JsonNode node) {
        return node instanceof NumericNode number && number.isNaN();
    }
}
