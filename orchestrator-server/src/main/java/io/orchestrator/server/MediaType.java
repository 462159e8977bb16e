package io.orchestrator.server;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request says its body is. Pure. */
final class MediaType {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String QUOTED = "\"(?:[^\"\\\\]++|\\\\.)*+\"";
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*+;\\s*+(?:(?<name>" + TOKEN + ")=(?<value>" + TOKEN + "|" + QUOTED + "))?+");
    private static final Pattern TYPE = Pattern.compile("\\s*+(?<type>" + TOKEN + "/" + TOKEN + ")");

    private MediaType() {}

    /** {@code application/json} or one that is built on it ({@code application/…+json}), in UTF-8. */
    static boolean isJson(String header) {
        Matcher type = TYPE.matcher(header);
        return type.lookingAt()
                && isJsonName(type.group("type").toLowerCase(Locale.ROOT))
                && areFitting(header.substring(type.end()));
    }

    private static boolean isJsonName(String name) {
        return name.equals("application/json") || (name.startsWith("application/") && name.endsWith("+json"));
    }

    private static boolean areFitting(String parameters) {
        Matcher parameter = PARAMETER.matcher(parameters);
        int at = 0;
        while (parameter.find(at) && parameter.start() == at) {
            if ("charset".equalsIgnoreCase(parameter.group("name"))
                    && !parameter.group("value").replace("\"", "").equalsIgnoreCase("utf-8")) {
                return false;
            }
            at = parameter.end();
        }
        return parameters.substring(at).isBlank();
    }
}
