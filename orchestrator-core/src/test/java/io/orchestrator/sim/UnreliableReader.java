package io.orchestrator.sim;

import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.TaskQueue;
import java.time.Duration;
import java.util.List;

/** A reader of which some settling and giving back does what it should, and says that it failed. */
final class UnreliableReader implements TaskQueue.Reader {
    private final TaskQueue.Reader reader;
    private final Engine engine;

    UnreliableReader(TaskQueue.Reader reader, Engine engine) {
        this.reader = reader;
        this.engine = engine;
    }

    @Override
    public List<Delivery> read(int max, Duration wait) {
        return reader.read(max, wait);
    }

    @Override
    public void settle(List<Delivery> deliveries) {
        reader.settle(deliveries);
        perhapsLoseTheAnswer();
    }

    @Override
    public void giveBack(List<Delivery> deliveries) {
        reader.giveBack(deliveries);
        perhapsLoseTheAnswer();
    }

    private void perhapsLoseTheAnswer() {
        if (engine.world().chance(engine.queueFaults())) {
            throw UnreliableQueue.answerLost();
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
