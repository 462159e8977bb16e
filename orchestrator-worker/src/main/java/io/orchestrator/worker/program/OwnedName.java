package io.orchestrator.worker.program;

import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names that tell which worker process something belongs to: a pid and its start, in a namespace. */
final class OwnedName {
    private static final Logger log = LoggerFactory.getLogger(OwnedName.class);
    private static final String PREFIX = "orchestrator-";

    private OwnedName() {}

    /** A new one with each call. */
    static String of(ProcessTable table) {
        ProcessEntry self = table.self();
        return beginning(table) + self.pid() + "-" + self.started() + "-" + UUID.randomUUID();
    }

    /** A pattern for all of this namespace. */
    static String allOf(ProcessTable table) {
        return beginning(table) + "*";
    }

    static boolean isOfTheDead(String name, ProcessTable table) {
        String[] owner = name.substring(beginning(table).length()).split("-", 3);
        try {
            long started = Long.parseLong(owner[1]);
            return table.find(Long.parseLong(owner[0]))
                    .filter(process -> !process.ended() && process.started() == started)
                    .isEmpty();
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            log.debug("{} tells no owner", name, e);
            return false;
        }
    }

    private static String beginning(ProcessTable table) {
        return PREFIX + table.namespace().replaceAll("[^A-Za-z0-9]", "") + "-";
    }
}
