package io.orchestrator.cli;

import io.orchestrator.plan.DidYouMean;
import io.orchestrator.store.Lookup;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.Optional;

/** Finds the run or task that somebody means: by its id, by how the id begins, or, for a run, as the newest one. */
final class Which {
    static final String RUN = "The run: its id, how the id begins, or 'latest'.";
    static final String RUN_OR_TASK = "The run or task: its id, how that begins, or 'latest' for the newest run.";
    static final String TASK = "The task: its id, or how it begins; 'orchestrator tasks RUN' lists them.";

    private static final String LATEST = "latest";
    private static final int MOST_SHOWN = 5;
    private static final int COMPARED = 100;

    private Which() {}

    /**
     * The id of the run that is meant.
     *
     * @throws Refusal when there is none, or more than one that begins so
     */
    static String run(Stack stack, String meant) {
        Lookup lookup = stack.store().lookup();
        if (meant.equals(LATEST)) {
            return stack.store().runs().list(1).stream()
                    .findFirst()
                    .map(RunView::id)
                    .orElseThrow(() -> new Refusal("there are no runs here yet; the first one: orchestrator run PLAN"));
        }
        return single(meant, "run", lookup.runs(meant, MOST_SHOWN + 1)).orElseThrow(() -> noRun(stack, meant));
    }

    /**
     * The id of the task that is meant.
     *
     * @throws Refusal when there is none, or more than one that begins so
     */
    static String task(Stack stack, String meant) {
        Lookup lookup = stack.store().lookup();
        return single(meant, "task", lookup.tasks(meant, MOST_SHOWN + 1)).orElseThrow(() -> noTask(stack, meant));
    }

    /** It was there a moment ago. */
    static Refusal gone(String id) {
        return new Refusal("'" + id + "' has just been deleted");
    }

    /** Whether it looks like the id of a task, or its beginning. */
    static boolean isTask(String meant) {
        return meant.startsWith("task-");
    }

    private static Optional<String> single(String meant, String what, List<String> found) {
        if (found.contains(meant)) {
            return Optional.of(meant);
        }
        if (found.size() > 1) {
            String more = found.size() > MOST_SHOWN ? ", and more" : "";
            throw new Refusal("the ids of several " + what + "s begin with '" + meant + "': "
                    + String.join(", ", found.subList(0, Math.min(found.size(), MOST_SHOWN))) + more
                    + ". Give more of the one that is meant.");
        }
        return found.stream().findFirst();
    }

    private static Refusal noRun(Stack stack, String meant) {
        if (isTask(meant)) {
            Optional<String> run = stack.store().lookup().runOf(meant);
            if (run.isPresent()) {
                return new Refusal("expected a run, but '" + meant + "' is a task of the run " + run.get());
            }
        }
        List<String> newest =
                stack.store().runs().list(COMPARED).stream().map(RunView::id).toList();
        return new Refusal("there is no run '" + meant + "' here" + DidYouMean.hint(meant, newest)
                + ". The runs that there are: orchestrator status");
    }

    private static Refusal noTask(Stack stack, String meant) {
        List<String> beside = stack.store().lookup().tasksBeside(meant, MOST_SHOWN);
        return new Refusal("there is no task '" + meant + "' here" + DidYouMean.hint(meant, beside)
                + ". The tasks of a run: orchestrator tasks RUN");
    }
}
