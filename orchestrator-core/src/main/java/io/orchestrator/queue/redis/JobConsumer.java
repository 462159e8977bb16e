package io.orchestrator.queue.redis;

import io.lettuce.core.Consumer;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.JobQueue.Message;
import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One consumer of a topic, with a thread and a connection of its own. */
final class JobConsumer implements JobQueue.Consumption {
    private static final Logger log = LoggerFactory.getLogger(JobConsumer.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LAST_MESSAGE = Duration.ofSeconds(5);

    private final JobGroup group;
    private final String consumer;
    private final ReaderLink link;
    private final RedisSettings.Reading reading;
    private final java.util.function.Consumer<Message> handler;
    private final java.util.function.Consumer<JobConsumer> onClose;
    private boolean refusalTold;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    JobConsumer(
            JobGroup group,
            String consumer,
            ReaderLink link,
            RedisSettings.Reading reading,
            java.util.function.Consumer<Message> handler,
            java.util.function.Consumer<JobConsumer> onClose) {
        this.group = group;
        this.consumer = consumer;
        this.link = link;
        this.reading = reading;
        this.handler = handler;
        this.onClose = onClose;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("jobs-" + group.name() + "-" + consumer)
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                consumeSome();
            }
        } catch (InterruptedException e) {
            log.info("The consumer {} of {} was interrupted and ends.", consumer, group.stream());
        }
    }

    private void consumeSome() throws InterruptedException {
        try {
            List<Message> messages = read();
            refusalTold = false;
            for (Message message : messages) {
                handle(message);
            }
        } catch (QueueUnavailable e) {
            if (Replies.groupIsGone(e)) {
                createGroup();
            } else {
                if (e instanceof QueueRefused && !refusalTold) {
                    refusalTold = true;
                    log.error("The consumer {} of {} cannot work: {}", consumer, group.stream(), e.getMessage());
                }
                pauseAfter(e);
            }
        }
    }

    private void createGroup() throws InterruptedException {
        try {
            group.create();
        } catch (QueueUnavailable e) {
            pauseAfter(e);
        }
    }

    private void pauseAfter(RuntimeException failure) throws InterruptedException {
        link.discard();
        if (closing.getCount() > 0) {
            log.debug("The consumer {} of {} waits: {}", consumer, group.stream(), failure.getMessage());
            var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private List<Message> read() {
        XReadArgs arguments = XReadArgs.Builder.block(reading.blockTime()).count(reading.batchSize());
        return link
                .call(
                        "hand out messages",
                        reading.blockTime(),
                        commands ->
                                commands.xreadgroup(Consumer.from(group.name(), consumer), arguments, newMessages()))
                .stream()
                .map(JobGroup::message)
                .toList();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private StreamOffset<String>[] newMessages() {
        return new StreamOffset[] {StreamOffset.lastConsumed(group.stream())};
    }

    private void handle(Message message) {
        if (closing.getCount() == 0) {
            return; // stays pending: whoever claims pending messages continues with it
        }
        try {
            handler.accept(message);
        } catch (RuntimeException | Error e) {
            log.warn(
                    "The handler of {} failed on message {}, which stays pending until it is claimed",
                    group.stream(),
                    message.id(),
                    e);
            return;
        }
        group.acknowledge(message.id());
    }

    @Override
    public void close() {
        closing.countDown();
        link.close();
        onClose.accept(this);
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            if (thread.join(LAST_MESSAGE)) {
                leave();
            } else {
                log.warn("The handler of {} is still busy after {}", group.stream(), LAST_MESSAGE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave() {
        try {
            boolean left = group.forget(consumer);
            log.debug("The consumer {} of {} left its group: {}", consumer, group.stream(), left);
        } catch (QueueUnavailable e) {
            log.debug("The consumer {} waits for the removal of idle ones: {}", consumer, e.getMessage());
        }
    }
}
