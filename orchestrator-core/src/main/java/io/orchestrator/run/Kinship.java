package io.orchestrator.run;

import java.util.Optional;

/**
 * Rules about tasks that a task submits.
 *
 * <p>A child's id is its parent's with a number behind it, {@code task-x.3}: ids sort ancestors first, so that whoever
 * locks members of families by id never waits for an ancestor while holding a descendant, and who is whose is known
 * without asking.
 */
public final class Kinship {
    /** How many generations may follow a task of the plan. Deeper recursion is nearly always a slip. */
    public static final int MOST_GENERATIONS = 5;

    /** Of one task, over all its attempts. What needs more is better cut into larger pieces, or into generations. */
    public static final int MOST_CHILDREN = 10_000;

    private static final char SEPARATOR = '.';

    private Kinship() {}

    /**
     * The id of a further child.
     *
     * @param number 1 for the first
     */
    public static String childId(String parentId, int number) {
        return parentId + SEPARATOR + number;
    }

    /** The task that submitted this one; empty for one that the plan made. */
    public static Optional<String> parentOf(String taskId) {
        int end = taskId.lastIndexOf(SEPARATOR);
        return end < 0 ? Optional.empty() : Optional.of(taskId.substring(0, end));
    }

    public static boolean isChild(String taskId) {
        return taskId.indexOf(SEPARATOR) >= 0;
    }

    /** What the ids of all descendants begin with. */
    public static String descendantsOf(String taskId) {
        return taskId + SEPARATOR;
    }

    /** What a child's idempotence key is in its phase: unique there, because it names its parent. */
    public static String keyInPhase(String parentId, String key) {
        return parentId + '/' + key;
    }

    /** Why the task may not have a further child; empty when it may. */
    public static Optional<String> refusal(String parentId, int childrenSoFar) {
        if (parentId.chars().filter(c -> c == SEPARATOR).count() >= MOST_GENERATIONS) {
            return Optional.of(
                    "task " + parentId + " is " + MOST_GENERATIONS
                            + " generations below the plan, which is the most, and can have no children: do its work in the task itself");
        }
        return childrenSoFar < MOST_CHILDREN
                ? Optional.empty()
                : Optional.of(
                        "task " + parentId + " has " + childrenSoFar
                                + " children, which is the most: cut the work into larger pieces, or let children have children");
    }

    /** Where a task goes that asks to wait: straight back to the queue when its last child has ended meanwhile. */
    public static TaskState afterAwait(int openChildren) {
        return openChildren > 0 ? TaskState.WAITING : TaskState.QUEUED;
    }

    /** The error of a task that ends because the task it worked for has: nobody is left to read its result. */
    public static String orphaned(String ancestorId, TaskState outcome) {
        return "task " + ancestorId + ", which it worked for, ended as " + outcome.wire() + " without waiting for it";
    }
}
