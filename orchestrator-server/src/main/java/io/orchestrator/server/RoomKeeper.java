package io.orchestrator.server;

import io.javalin.http.Context;
import java.util.Objects;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Gives each request its share of a server's {@link Room}, and takes it back when the answer is written or given up. */
final class RoomKeeper extends Handler.Wrapper {
    private static final String NAME = RoomKeeper.class.getName();

    private final Room room;

    RoomKeeper(Room room) {
        this.room = room;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Room.Held held = Connectors.isForProbes(request) ? room.holdWithoutBound() : room.hold();
        request.setAttribute(NAME, held);
        Request.addCompletionListener(request, failure -> held.giveBack());
        return super.handle(request, response, callback);
    }

    static Room.Held of(Context ctx) {
        return Objects.requireNonNull(ctx.attribute(NAME), "every request has been given its share of room");
    }
}
