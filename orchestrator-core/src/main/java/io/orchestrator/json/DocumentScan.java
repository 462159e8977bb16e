package io.orchestrator.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One pass over a document: the first thing in it that cannot be stored, and how long it is as text. Stops at what it has
 * found, and never writes a number out, so it costs no more than the document's length. Not thread-safe.
 */
final class DocumentScan {
    /** Bits of a number of so many digits, and some more. */
    private static final int MOST_BITS = StorageLimits.MOST_DIGITS * 4 * 2;

    private long bytes;

    /** A fault as it is found, before its place is known: the place grows while the search returns. */
    private static final class Fault {
        private final String found;
        private String place = "";

        Fault(String found) {
            this.found = found;
        }

        Fault under(JsonPointer step) {
            place = step.text() + place;
            return this;
        }
    }

    Optional<UnstorableValue> firstFault(JsonNode document) {
        Fault fault = search(document, 0);
        return fault == null
                ? Optional.empty()
                : Optional.of(new UnstorableValue(new JsonPointer(fault.place), fault.found));
    }

    /** Of the compact text in UTF-8, with numbers written out; of a document without a fault. */
    long bytes() {
        return bytes;
    }

    private @Nullable Fault search(JsonNode node, int depth) {
        if (node.isObject() || node.isArray()) {
            if (depth == StorageLimits.DEEPEST) {
                return new Fault("more than " + StorageLimits.DEEPEST + " arrays and objects within each other");
            }
            bytes += 2 + Math.max(0, node.size() - 1);
            return node.isObject() ? ofObject(node, depth + 1) : ofArray(node, depth + 1);
        }
        if (node.isString()) {
            return ofText("a string", node.stringValue());
        }
        if (node.isNumber()) {
            return ofNumber(node);
        }
        bytes += node.isBoolean() && !node.booleanValue() ? 5 : 4;
        return node.isBoolean() || node.isNull() ? null : new Fault("a value that JSON does not have");
    }

    private @Nullable Fault ofObject(JsonNode node, int depth) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            Fault fault = name.length() > StorageLimits.LONGEST_FIELD_NAME
                    ? new Fault("a field's name of " + name.length() + " characters, where at most "
                            + "%,d can be stored".formatted(StorageLimits.LONGEST_FIELD_NAME))
                    : ofText("a field's name", name);
            bytes++;
            if (fault == null) {
                fault = search(field.getValue(), depth);
            }
            if (fault != null) {
                return fault.under(JsonPointer.ROOT.child(shown(name)));
            }
        }
        return null;
    }

    /** A place is read by people, and stored with messages: what cannot be stored is written as JSON's escape for it. */
    private static String shown(String name) {
        return Surrogates.escapeLone(name).replace("\0", "\\u0000");
    }

    private @Nullable Fault ofArray(JsonNode node, int depth) {
        for (int i = 0; i < node.size(); i++) {
            Fault fault = search(node.get(i), depth);
            if (fault != null) {
                return fault.under(JsonPointer.ROOT.child(i));
            }
        }
        return null;
    }

    private @Nullable Fault ofText(String what, String text) {
        bytes += 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x80) {
                bytes += c == '"' || c == '\\' ? 2 : 1;
            } else if (c == '\0') {
                return new Fault(what + " with the character NUL (\\u0000), which cannot be stored");
            } else if (c < ' ') {
                bytes += "\b\f\n\r\t".indexOf(c) >= 0 ? 2 : 6;
            } else if (!Character.isSurrogate(c)) {
                bytes += c < 0x800 ? 2 : 3;
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return new Fault(what + " with half of a surrogate pair, which is no character and cannot be stored");
            }
        }
        return null;
    }

    private @Nullable Fault ofNumber(JsonNode node) {
        if (CanonicalJson.isNaN(node)) {
            return new Fault("a number that is not finite (" + node.asString() + "), which JSON does not have");
        }
        if (node.isInt() || node.isLong() || node.isShort()) {
            bytes += Long.toString(node.longValue()).length();
            return null;
        }
        if ((node.isBigInteger() && isHuge(node.bigIntegerValue()))
                || (node.isBigDecimal() && isHuge(node.decimalValue().unscaledValue()))) {
            return new Fault(tooManyDigits("in"));
        }
        BigDecimal value = new BigDecimal(node.asString());
        long before = Math.max(1, (long) value.precision() - value.scale());
        long behind = Math.max(0, value.scale());
        if (before > StorageLimits.MOST_DIGITS) {
            return new Fault(tooManyDigits("before"));
        }
        if (behind > StorageLimits.MOST_DIGITS) {
            return new Fault(tooManyDigits("after"));
        }
        bytes += before + behind + (behind > 0 ? 1 : 0) + (value.signum() < 0 ? 1 : 0);
        return null;
    }

    /** Counting the digits of a giant takes long. */
    private static boolean isHuge(BigInteger digits) {
        return digits.bitLength() > MOST_BITS;
    }

    private static String tooManyDigits(String where) {
        return "a number with more digits " + (where.equals("in") ? "" : where + " the decimal point ")
                + "than can be stored (%,d, written out without an exponent)".formatted(StorageLimits.MOST_DIGITS);
    }
}
