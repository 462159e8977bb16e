package io.orchestrator.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A resolved address to listen on. What is judged is what is listened on: the name is not resolved again in between.
 *
 * @param loopback whether only this machine can reach it
 */
record Binding(InetAddress address, int port, boolean loopback) {
    /** @throws CannotListenException when the host is unknown, or open to others without that being meant */
    static Binding of(ServerSettings settings) {
        Binding binding = of(settings.host(), settings.port());
        if (!binding.loopback && !settings.insecureBind()) {
            throw new CannotListenException(
                    "will not listen on " + settings.host()
                            + ": other machines can reach it, and whoever does could schedule and cancel work."
                            + " Listen on 127.0.0.1, or say with --insecure-bind that this is meant, where the network is closed");
        }
        return binding;
    }

    /**
     * Where nothing can be changed, so that anybody may come.
     *
     * @throws CannotListenException when the host is unknown
     */
    static Binding of(String host, int port) {
        InetAddress address = resolve(host);
        return new Binding(address, port, address.isLoopbackAddress());
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new CannotListenException(
                    "cannot listen on " + host
                            + ": this machine knows no such host; expected a name or an address of it",
                    e);
        }
    }

    String host() {
        return address.getHostAddress();
    }

    /** As it stands in a URL. */
    String authority(int actualPort) {
        String host = host();
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + actualPort;
    }
}
