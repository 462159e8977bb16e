package io.orchestrator.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL with named parameters ({@code :run}) as JDBC takes it. A cast ({@code ::text}) is none; a text constant must not
 * look like one.
 *
 * @param text with question marks
 * @param names which parameter stands where
 */
record NamedSql(String text, List<String> names) {
    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z_]+)");

    static NamedSql parse(String sql) {
        List<String> names = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(sql);
        String text = matcher.replaceAll(match -> {
            names.add(match.group(1));
            return "?";
        });
        return new NamedSql(text, List.copyOf(names));
    }
}
