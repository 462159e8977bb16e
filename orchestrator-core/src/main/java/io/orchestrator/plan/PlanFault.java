package io.orchestrator.plan;

/**
 * One thing that is wrong with a document.
 *
 * @param pointer where, as a JSON pointer (RFC 6901); empty for the whole document
 * @param found what is there, in words: {@code the number -3}
 * @param expected what should be there, in words: {@code a whole number from 1 to 100,000}
 */
public record PlanFault(String pointer, String found, String expected) {
    /** The fault on one line. */
    public String sentence() {
        return (pointer.isEmpty() ? "the document" : pointer) + ": found " + found + ", expected " + expected;
    }
}
