package io.orchestrator.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of the repository.
 *
 * @param path from the repository's root, with slashes
 */
record TextFile(String path, String text) {
    private static final String GENERATED = "/store/postgres/jooq/";

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    boolean isTest() {
        return path.contains("/src/test/");
    }

    boolean isGenerated() {
        return path.contains(GENERATED);
    }

    boolean isSql() {
        return path.endsWith(".sql");
    }

    /** Java, SQL, Lua, and scripts with or without an extension. */
    boolean isCode() {
        return isJava() || isSql() || path.endsWith(".lua") || path.endsWith(".sh") || text.startsWith("#!");
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** Where in the file a position is, as {@code path:line}. */
    String at(int position) {
        long line = text.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
        return path + ":" + line;
    }

    /** One sentence for each match. */
    List<String> find(Pattern pattern, String advice) {
        return find(text, pattern, advice);
    }

    /** As {@link #find(Pattern, String)}, in a version of the text that has the same length. */
    List<String> find(String masked, Pattern pattern, String advice) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(masked);
        while (matcher.find()) {
            found.add(at(matcher.start()) + ": '" + matcher.group().strip() + "': " + advice);
        }
        return found;
    }
}
