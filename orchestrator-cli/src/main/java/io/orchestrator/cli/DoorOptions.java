package io.orchestrator.cli;

import io.orchestrator.server.HttpLimits;
import io.orchestrator.server.ServerSettings;
import io.orchestrator.server.ServerSettings.Probes;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a service answers over HTTP. */
final class DoorOptions {
    private static final int USUAL_PORT = 8080;
    private static final int USUAL_PROBE_PORT = 8081;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Port for HTTP: /livez, /readyz, /metrics and POST /schedule; 0 for a free one. The default of"
                            + " 'dev', 'all' and 'server' is 8080 or, where that is taken, a free one; else a free one.")
    private Optional<Integer> port = Optional.empty();

    @Option(
            names = "--probe-port",
            paramLabel = "PORT",
            description =
                    "Second port, for /livez, /readyz, /metrics and /status only, on the address of --host; 0 for a free one."
                            + " It answers whatever fills the other one. Unless given it is on 127.0.0.1: 8081 beside the"
                            + " default of --port where that is 8080, else a free one.")
    private Optional<Integer> probePort = Optional.empty();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to listen on (default 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(
            names = "--insecure-bind",
            description = "Take work in also on an address that other machines can reach. Nobody is asked who they are."
                    + " Not needed where there are only health and metrics.")
    private boolean insecureBind;

    /**
     * Where to listen.
     *
     * @param changes whether anything can be changed there; who only answers questions may be asked by other machines
     */
    ServerSettings settings(int onPort, boolean changes) {
        try {
            return new ServerSettings(host, onPort, insecureBind || !changes, probes(onPort), HttpLimits.usual());
        } catch (IllegalArgumentException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
    }

    /** The ports to try in turn, never empty; {@code usual} where people look for a known one. */
    List<Integer> ports(boolean usual) {
        if (port.isPresent()) {
            return List.of(checked("--port", port.get()));
        }
        return usual ? List.of(USUAL_PORT, 0) : List.of(0);
    }

    private Probes probes(int onPort) {
        if (probePort.isPresent()) {
            int asked = checked("--probe-port", probePort.get());
            if (asked != 0 && asked == onPort) {
                throw new Refusal(
                        "--probe-port " + asked + " is that of --port: expected another one, or 0 for a free one");
            }
            return new Probes(host, List.of(asked));
        }
        boolean isUsual = port.isEmpty() && onPort == USUAL_PORT;
        return new Probes("127.0.0.1", isUsual ? List.of(USUAL_PROBE_PORT, 0) : List.of(0));
    }

    private static int checked(String option, int asked) {
        if (asked < 0 || asked > 65_535) {
            throw new Refusal(option + ' ' + asked + ": expected a number from 0 (any free port) to 65535");
        }
        return asked;
    }
}
