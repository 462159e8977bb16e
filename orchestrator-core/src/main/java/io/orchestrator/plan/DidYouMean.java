package io.orchestrator.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
public final class DidYouMean {
    /** Longer words are not compared: the work grows with the square of the length. */
    private static final int LONGEST = 100;

    private DidYouMean() {}

    /** {@code ; did you mean "phase"?}, or nothing where no name is near. */
    public static String hint(String written, Collection<String> names) {
        return nearest(written, names)
                .map(name -> "; did you mean \"" + name + "\"?")
                .orElse("");
    }

    /** The nearest name that needs fewer edits than about a third of the letters; case counts for nothing. */
    static Optional<String> nearest(String written, Collection<String> names) {
        if (written.length() > LONGEST) {
            return Optional.empty();
        }
        String folded = written.toLowerCase(Locale.ROOT);
        int most = Math.max(1, written.length() / 3);
        return names.stream()
                .filter(name -> Math.abs(name.length() - written.length()) <= most)
                .map(name -> new Candidate(name, distance(folded, name.toLowerCase(Locale.ROOT))))
                .filter(candidate -> candidate.distance <= most)
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    private record Candidate(String name, int distance) {}

    /** Insertions, deletions, replacements and swaps of neighbours that make one text of the other. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(last[j], current[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }
        return last[b.length()];
    }
}
