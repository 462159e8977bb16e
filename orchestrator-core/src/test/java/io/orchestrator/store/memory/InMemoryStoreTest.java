package io.orchestrator.store.memory;

import io.orchestrator.store.AttemptEndsContract;
import io.orchestrator.store.BreakersContract;
import io.orchestrator.store.BudgetStoreContract;
import io.orchestrator.store.CheckpointStoreContract;
import io.orchestrator.store.ChildStoreContract;
import io.orchestrator.store.DispatchContract;
import io.orchestrator.store.FallbackContract;
import io.orchestrator.store.FencingContract;
import io.orchestrator.store.GatesContract;
import io.orchestrator.store.ObstaclesContract;
import io.orchestrator.store.PauseContract;
import io.orchestrator.store.PhaseAdditionContract;
import io.orchestrator.store.RecoveryContract;
import io.orchestrator.store.RoundContract;
import io.orchestrator.store.RunFlowContract;
import io.orchestrator.store.RunStoreContract;
import io.orchestrator.store.SchedulesContract;
import io.orchestrator.store.StartContract;
import io.orchestrator.store.StorableContract;
import io.orchestrator.store.StoreUnderTest;
import io.orchestrator.store.TakeOverContract;
import io.orchestrator.store.TaskLogsContract;
import io.orchestrator.store.TimeboxContract;
import io.orchestrator.store.TimerStoreContract;
import org.junit.jupiter.api.Nested;

/** The twin keeps every promise that the store on Postgres keeps. */
class InMemoryStoreTest {
    @Nested
    class RunStore extends RunStoreContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Storable extends StorableContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class RunFlow extends RunFlowContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class TaskLogs extends TaskLogsContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Breakers extends BreakersContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Rounds extends RoundContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class AttemptEnds extends AttemptEndsContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Fallbacks extends FallbackContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Fencing extends FencingContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class TimerStore extends TimerStoreContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Timebox extends TimeboxContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class CheckpointStore extends CheckpointStoreContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Recovery extends RecoveryContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Gates extends GatesContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Pause extends PauseContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Start extends StartContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class PhaseAddition extends PhaseAdditionContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class TakeOver extends TakeOverContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Schedules extends SchedulesContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Obstacles extends ObstaclesContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class Dispatch extends DispatchContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class ChildStore extends ChildStoreContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }

    @Nested
    class BudgetStore extends BudgetStoreContract {
        @Override
        protected StoreUnderTest open() {
            return new InMemoryStoreUnderTest();
        }
    }
}
