package io.orchestrator.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OutageTest {
    private final Outage outage = new Outage();

    @Test
    void each_kind_of_an_outage_is_news_once_until_it_has_ended() {
        StoreUnavailable away = new StoreUnavailable("gone", new IOException());
        StoreRefused refused = new StoreRefused("no such user");

        assertThat(outage.ends()).isFalse();
        assertThat(outage.isNews(away)).isTrue();
        assertThat(outage.isNews(away)).isFalse();
        assertThat(outage.isNews(refused)).as("what it really is").isTrue();
        assertThat(outage.isNews(refused)).isFalse();
        assertThat(outage.ends()).isTrue();
        assertThat(outage.isNews(refused)).isTrue();
    }

    @Test
    void the_queue_is_told_of_in_the_same_way() {
        assertThat(outage.isNews(new QueueUnavailable("gone", new IOException())))
                .isTrue();
        assertThat(outage.isNews(new QueueRefused("no such user"))).isTrue();
        assertThat(outage.isNews(new QueueRefused("no such user"))).isFalse();
        QueueTakesNothing full = new QueueTakesNothing("full", new IOException());
        assertThat(outage.isNews(full)).isTrue();
        assertThat(outage.isNews(full)).isFalse();
        assertThat(outage.isNews(new QueueUnavailable("gone", new IOException())))
                .as("told before, and nothing was well in between")
                .isFalse();
    }
}
