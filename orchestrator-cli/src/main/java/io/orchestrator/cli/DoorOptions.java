package io.orchestrator.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a service answers over HTTP. */
final class DoorOptions {
    private static final int USUAL_PORT = 8080;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Port for HTTP: /livez, /readyz, /metrics and POST /schedule; 0 for a free one. The default of"
                            + " 'dev', 'all' and 'server' is 8080 or, where that is taken, a free one; else a free one.")
    private Optional<Integer> port = Optional.empty();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to listen on (default 127.0.0.1).")
    private String host = "127.0.0.1";

    String host() {
        return host;
    }

    /** The ports to try in turn. */
    List<Integer> ports(boolean usual) {
        if (port.isPresent()) {
            int asked = port.get();
            if (asked < 0 || asked > 65_535) {
                throw new Refusal("--port " + asked + ": expected a number from 0 (any free port) to 65535");
            }
            return List.of(asked);
        }
        return usual ? List.of(USUAL_PORT, 0) : List.of(0);
    }
}
