package io.orchestrator.store;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.json.StorableText;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.run.EventKind;
import io.orchestrator.schedule.MissedPolicy;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.store.AnyDocuments.Fault;
import io.orchestrator.store.AnyDocuments.Sample;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever a door of the store accepts comes back equal; whatever it refuses is refused with its place, and leaves nothing. */
public abstract class StorableContract extends StoreContract {
    private static final long SEED = 20_261_201;

    /** So many documents of a door go through it at once, where it takes many. */
    private static final int GROUP = 100;

    /**
     * A way into the store and back.
     *
     * @param ofUsers takes documents as they are; others mend characters that cannot be stored
     * @param roundTrip stores the documents and reads them again
     */
    private record DoorUnderTest(
            String name, int documents, boolean ofUsers, Function<List<Json>, List<Json>> roundTrip) {}

    private List<DoorUnderTest> doors() {
        return List.of(
                new DoorUnderTest("plan", 1_500, true, this::plan),
                new DoorUnderTest("inputs", 1_500, true, this::inputs),
                new DoorUnderTest("schedule", 1_000, true, this::schedule),
                new DoorUnderTest("result", 3_000, false, this::results),
                new DoorUnderTest("checkpoint", 900, false, each(this::checkpoint)),
                new DoorUnderTest("step", 700, false, each(this::step)),
                new DoorUnderTest("child", 400, false, this::children),
                new DoorUnderTest("event", 500, false, this::events),
                new DoorUnderTest("timer", 500, true, this::timers));
    }

    @Test
    void of_ten_thousand_documents_each_comes_back_equal_or_is_refused_with_its_place() {
        AnyDocuments documents = new AnyDocuments(SEED);
        int tried = 0;
        for (DoorUnderTest door : doors()) {
            List<Json> accepted = new ArrayList<>();
            for (Sample sample : documents.next(door.documents())) {
                Optional<Fault> fault = sample.fault().filter(f -> door.ofUsers() || !f.mendable());
                if (fault.isPresent()) {
                    refuses(door, sample.document(), fault.get());
                } else {
                    accepted.add(sample.document());
                }
                tried++;
            }
            for (int from = 0; from < accepted.size(); from += GROUP) {
                comesBack(door, accepted.subList(from, Math.min(from + GROUP, accepted.size())));
            }
        }
        assertThat(tried).isEqualTo(10_000);
    }

    private void refuses(DoorUnderTest door, Json document, Fault fault) {
        List<RunView> before = store.runs().list(1);
        String shown = fault.place().substring(0, Math.min(fault.place().length(), 150));
        assertThatThrownBy(() -> door.roundTrip().apply(List.of(document)))
                .as("%s: %s", door.name(), fault)
                .isInstanceOfAny(DataRejected.class, io.orchestrator.plan.InvalidPlanException.class)
                .hasMessageContaining(shown);
        if (door.ofUsers()) {
            assertThat(store.runs().list(1))
                    .as("nothing is left behind")
                    .extracting(RunView::id)
                    .isEqualTo(before.stream().map(RunView::id).toList());
        }
    }

    private static void comesBack(DoorUnderTest door, List<Json> documents) {
        List<Json> back = door.roundTrip().apply(documents);
        assertThat(back).hasSameSizeAs(documents);
        for (int i = 0; i < back.size(); i++) {
            Json expected = door.ofUsers() ? documents.get(i) : StorableText.document(documents.get(i));
            assertThat(back.get(i)).as(door.name()).isEqualTo(expected);
            assertThat(UnstorableValue.first(back.get(i))).as(door.name()).isEmpty();
        }
    }

    private static Function<List<Json>, List<Json>> each(Function<Json, Json> one) {
        return documents -> documents.stream().map(one).toList();
    }

    private static RunRequest request(Json source, Json inputs) {
        return new RunRequest(PlanReader.read(source), source, inputs, Json.EMPTY_OBJECT, Optional.empty());
    }

    private RunRequest stored(Submission run) {
        return store.runs().request(run.runId()).orElseThrow();
    }

    /** As few at once as a plan has room for. */
    private List<Json> plan(List<Json> documents) {
        List<Json> back = new ArrayList<>();
        for (int from = 0; from < documents.size(); from += 10) {
            Json some = documents.size() == 1
                    ? documents.getFirst()
                    : Json.array(documents.subList(from, Math.min(from + 10, documents.size())));
            Json source = Json.parse(ONE_TASK.replace('\'', '"')).with("inputs", Json.object("d", some));
            Json found = stored(store.runs().submit(request(source, Json.EMPTY_OBJECT)))
                    .source()
                    .get("inputs")
                    .flatMap(inputs -> inputs.get("d"))
                    .orElse(Json.NULL);
            back.addAll(documents.size() == 1 ? List.of(found) : found.elements());
        }
        return back;
    }

    private List<Json> inputs(List<Json> documents) {
        Json plan = Json.parse(ONE_TASK.replace('\'', '"'));
        Submission run = store.runs().submit(request(plan, Json.object("d", documents)));
        return stored(run).inputs().get("d").orElseThrow().elements();
    }

    private List<Json> schedule(List<Json> documents) {
        RunRequest request = request(Json.parse(ONE_TASK.replace('\'', '"')), Json.object("d", documents));
        store.schedules()
                .add(new Schedules.Draft("s", request, "0 3 1 1 *", "UTC", MissedPolicy.SKIP, OverlapPolicy.ALLOW));
        Submission run = store.schedules().runNow("s");
        store.schedules().remove("s");
        return stored(run).inputs().get("d").orElseThrow().elements();
    }

    private List<Json> results(List<Json> documents) {
        String pieces =
                IntStream.range(0, documents.size()).mapToObj(String::valueOf).collect(Collectors.joining(","));
        Submission run = f.submit("{'name':'r','phases':[{'phase':'P','parallelism':1000,'inputs':{'n':[" + pieces
                + "]},'agents':[{'agent':'A','shard':{'over':'n','size':1}}]}]}");
        List<ClaimedTask> tasks = f.claim(f.worker(), run.ready().tickets());
        List<AttemptReport> reports = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            reports.add(new AttemptReport(tasks.get(i).hold(), new Outcome.Completed(documents.get(i)), Usage.NONE));
        }
        store.tasks().report(reports);
        Map<String, RunView.Task> ended = f.view(run).phases().getFirst().tasks().stream()
                .collect(Collectors.toMap(RunView.Task::id, Function.identity()));
        return tasks.stream()
                .map(task -> Objects.requireNonNull(ended.get(task.hold().taskId()))
                        .output()
                        .orElseThrow())
                .toList();
    }

    private Json checkpoint(Json document) {
        ClaimedTask task = aTask();
        store.checkpoints().save(task.hold(), "here", document, 3);
        return store.checkpoints()
                .load(task.hold().taskId())
                .map(Checkpoint::data)
                .orElseThrow();
    }

    private int steps;

    private Json step(Json document) {
        ClaimedTask task = aTask();
        String name = "step " + steps++;
        Json told = store.checkpoints().saveStep(task.hold(), name, document);
        Json found = store.checkpoints().stepResult(task.hold().taskId(), name).orElseThrow();
        assertThat(told).as("what the attempt that made it is told").isEqualTo(found);
        return found;
    }

    private int keys;

    private List<Json> children(List<Json> documents) {
        ClaimedTask parent = aTask();
        List<Json> back = new ArrayList<>();
        for (Json document : documents) {
            ChildSpec child = new ChildSpec("child " + keys++, "agent", "C", Json.object("d", document));
            ChildStore.Submitted submitted = store.children().submit(parent.hold(), child);
            assertThat(store.children().submit(parent.hold(), child).created())
                    .as("the same again")
                    .isFalse();
            ClaimedTask claimed =
                    f.claim(f.worker(), submitted.ready().tickets()).getFirst();
            back.add(claimed.input().fields().get("d"));
        }
        return back;
    }

    private List<Json> events(List<Json> documents) {
        ClaimedTask task = aTask();
        long before = newestEvent(task);
        documents.forEach(
                document -> store.tasks().tell(task.hold(), EventKind.TASK_STUCK, Json.object("reason", document)));
        return store.runs().events(task.runId(), before, Integer.MAX_VALUE).stream()
                .map(event -> event.data().fields().get("reason"))
                .toList();
    }

    private long newestEvent(ClaimedTask task) {
        return store.runs().events(task.runId(), 0, Integer.MAX_VALUE).getLast().seq();
    }

    private List<Json> timers(List<Json> documents) {
        documents.forEach(document -> store.timers().schedule("act", Json.object("d", document), Duration.ZERO));
        List<TimerStore.CustomTimer> fired = new ArrayList<>();
        store.timers().fireCustom(Set.of("act"), Integer.MAX_VALUE, fired::add);
        return fired.stream()
                .sorted(java.util.Comparator.comparingLong(TimerStore.CustomTimer::id))
                .map(timer -> timer.payload().fields().get("d"))
                .toList();
    }

    private @org.jspecify.annotations.Nullable ClaimedTask task;

    private ClaimedTask aTask() {
        if (task == null) {
            task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        }
        return task;
    }

    @Test
    void names_and_keys_come_back_as_they_are_or_are_refused() {
        AnyDocuments texts = new AnyDocuments(SEED);
        ClaimedTask parent = aTask();
        for (int i = 0; i < 300; i++) {
            String name = i + texts.text();
            store.checkpoints().saveStep(parent.hold(), name, Json.of(i));
            assertThat(store.checkpoints().stepResult(parent.hold().taskId(), name))
                    .contains(Json.of(i));
            store.checkpoints().save(parent.hold(), name, Json.NULL, 1);
            assertThat(store.checkpoints()
                            .load(parent.hold().taskId())
                            .orElseThrow()
                            .token())
                    .isEqualTo(name);
            store.children().submit(parent.hold(), new ChildSpec(name, "agent", "C", Json.EMPTY_OBJECT));
            String key = f.submit(ONE_TASK, Optional.of(name)).runId();
            assertThat(f.submit(ONE_TASK, Optional.of(name)).runId()).isEqualTo(key);
            store.timers().schedule(name, Json.of(i), Duration.ZERO);
            List<TimerStore.CustomTimer> fired = new ArrayList<>();
            store.timers().fireCustom(Set.of(name), 1, fired::add);
            assertThat(fired)
                    .singleElement()
                    .extracting(TimerStore.CustomTimer::action)
                    .isEqualTo(name);
            assertThat(store.children()
                            .results(parent.hold().taskId())
                            .getLast()
                            .key())
                    .isEqualTo(name);
        }
    }

    /** Of random letters, for an index would compress others. */
    @Test
    void a_name_or_key_that_is_too_long_is_refused_by_its_limit_and_one_just_short_enough_is_kept() {
        ClaimedTask parent = aTask();
        java.util.Random random = new java.util.Random(SEED);
        String longest =
                random.ints(500, 0x4E00, 0x9FA5).mapToObj(Character::toString).collect(Collectors.joining());
        String tooLong = longest + "x";
        Json nothing = Json.EMPTY_OBJECT;
        Function<String, RunRequest> keyed =
                key -> StoreFixture.request(ONE_TASK).withKey(key);
        Function<String, Schedules.Draft> scheduled = name -> new Schedules.Draft(
                name, StoreFixture.request(ONE_TASK), "* * * * *", "UTC", MissedPolicy.SKIP, OverlapPolicy.ALLOW);
        List<java.util.function.Consumer<String>> doors = List.of(
                name -> store.checkpoints().saveStep(parent.hold(), name, nothing),
                name -> store.checkpoints().save(parent.hold(), name, nothing, 1),
                name -> store.children().submit(parent.hold(), new ChildSpec(name, "agent", "C", nothing)),
                name -> store.children().submit(parent.hold(), new ChildSpec("k", "agent", name, nothing)),
                name -> store.timers().schedule(name, nothing, Duration.ZERO),
                name -> store.runs().submit(keyed.apply(name)),
                name -> store.schedules().add(scheduled.apply(name)));
        for (java.util.function.Consumer<String> door : doors) {
            assertThatThrownBy(() -> door.accept(tooLong))
                    .isInstanceOf(DataRejected.class)
                    .hasMessageContainingAll("501 characters", "at most 500");
            door.accept(longest);
        }
    }

    @Test
    void times_that_no_clock_can_be_advanced_by_are_refused() {
        ClaimedTask running = aTask();
        Duration tooLong = Duration.ofDays(36_501);
        assertThatThrownBy(() -> store.timers().schedule("a", Json.NULL, tooLong))
                .isInstanceOf(DataRejected.class);
        assertThatThrownBy(() -> store.timers().schedule("a", Json.NULL, Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(DataRejected.class);
        assertThatThrownBy(() -> store.timers().scheduleRetry(running.hold(), tooLong))
                .isInstanceOf(DataRejected.class);
        assertThatThrownBy(() -> store.timers().scheduleTimeout(running.phaseId(), tooLong))
                .isInstanceOf(DataRejected.class);
        for (RunStart start : List.of(
                new RunStart.In(tooLong),
                new RunStart.At(Instant.MAX),
                new RunStart.At(Instant.parse("+10000-01-01T00:00:00Z")),
                new RunStart.At(Instant.MIN))) {
            RunRequest request = StoreFixture.request(ONE_TASK).startingAt(start);
            assertThatThrownBy(() -> store.runs().submit(request)).isInstanceOf(DataRejected.class);
        }
        store.timers().schedule("a", Json.NULL, Duration.ofDays(36_500));
        store.runs()
                .submit(StoreFixture.request(ONE_TASK)
                        .startingAt(new RunStart.At(Instant.parse("9999-12-31T00:00:00Z"))));
    }

    @Test
    void sums_of_usage_stop_at_their_bound_and_strand_nothing() {
        Submission run = f.submit("{'name':'u','budgets':{'tokens':1000000000000000,'usd':1000000000},"
                + "'phases':[{'phase':'P','parallelism':3,'agents':['A','B','C']}]}");
        Named<ClaimedTask> tasks = f.claimAll(run);
        Usage giant = new Usage(Long.MAX_VALUE, new BigDecimal("1e90"), Long.MAX_VALUE);
        store.budgets().book(tasks.get("A").hold(), giant);
        store.budgets().book(tasks.get("B").hold(), giant);
        store.tasks().heartbeat(List.of(new Heartbeat(tasks.get("C").hold(), 0.5, "", giant)));
        assertThat(f.view(run).usage().tokens()).isEqualTo(Usage.MOST_IN_ALL.tokens());
        f.report(tasks.get("A").hold(), new Outcome.Completed(Json.NULL), giant);
        f.report(tasks.get("B").hold(), new Outcome.Completed(Json.NULL), giant);
        f.report(tasks.get("C").hold(), new Outcome.Completed(Json.NULL), giant);
        store.recovery().sweep(10);
        RunView end = f.view(run);
        assertThat(end.state().isFinal()).isTrue();
        assertThat(end.usage().tokens()).isEqualTo(Usage.MOST_IN_ALL.tokens());
        assertThat(end.usage().costUsd()).isEqualByComparingTo(Usage.MOST_IN_ALL.costUsd());
        assertThat(end.phases().getFirst().usage().toolMs()).isEqualTo(Usage.MOST_IN_ALL.toolMs());
    }

    @Test
    void progress_is_shown_as_it_was_reported() {
        ClaimedTask running = aTask();
        for (double progress : new double[] {0.35, 1.0 / 3, 0, 1, Double.MIN_VALUE}) {
            store.tasks().heartbeat(List.of(new Heartbeat(running.hold(), progress, "", Usage.NONE)));
            assertThat(f.task(running).progress()).contains(progress);
        }
    }
}
