package io.orchestrator.store.postgres;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The store on Postgres keeps the promises of its ports. */
class PostgresStoreIT {
    private static final PostgresStoreUnderTest STORE = new PostgresStoreUnderTest();

    @AfterAll
    static void close() {
        STORE.close();
    }

    @Nested
    class RunStore extends RunStoreContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Storable extends StorableContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class RunFlow extends RunFlowContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class TaskLogs extends TaskLogsContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Breakers extends BreakersContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Rounds extends RoundContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class AttemptEnds extends AttemptEndsContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Fallbacks extends FallbackContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Fencing extends FencingContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class TimerStore extends TimerStoreContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Timebox extends TimeboxContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class CheckpointStore extends CheckpointStoreContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Recovery extends RecoveryContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Gates extends GatesContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Pause extends PauseContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Start extends StartContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class PhaseAddition extends PhaseAdditionContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class TakeOver extends TakeOverContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Schedules extends SchedulesContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Obstacles extends ObstaclesContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class Dispatch extends DispatchContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class ChildStore extends ChildStoreContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }

    @Nested
    class BudgetStore extends BudgetStoreContract {
        @Override
        protected StoreUnderTest open() {
            return STORE.emptied();
        }
    }
}
