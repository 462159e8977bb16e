package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes tasks of a phase, a <em>step</em> at a time: what is started together. The agents of a sequential phase are a
 * step each, so that later ones see the outputs of earlier ones; all agents of any other phase are one step.
 *
 * <p>Pure: the same arguments give the same tasks with the same keys, so an expansion that was cut off can be repeated.
 */
public final class TaskSpecs {
    /** Of one step. What needs more is better cut into larger pieces. */
    public static final int MOST_TASKS = 100_000;

    private TaskSpecs() {}

    /** How many steps the phase has, at least 1. */
    public static int steps(PhasePlan phase) {
        return isSequential(phase) ? phase.agents().size() : 1;
    }

    /** The phase with only those agents that earlier steps have started; what the step sees as upstream of its own phase. */
    public static PhasePlan before(PhasePlan phase, int step) {
        return new PhasePlan(
                phase.phase(),
                phase.parallelism(),
                isSequential(phase) ? phase.agents().subList(0, step) : List.of(),
                phase.inputs(),
                phase.budgets(),
                phase.timebox(),
                phase.delay(),
                phase.rubrics(),
                phase.onRubricMiss(),
                phase.needs());
    }

    /**
     * The tasks of one step.
     *
     * @param step counted from 0, less than {@link #steps}
     * @param input the run's inputs overlaid by the phase's
     * @param upstream outputs as {@link Upstream#of} arranges them, with those of the phase's own earlier steps
     * @param planBudgets what holds where the phase has no budget of its own
     * @param firstOrdinal the number of tasks that earlier steps have made
     * @return none when every agent of the step is sharded over an empty array
     * @throws ExpansionException when a shard's array is missing, ambiguous or too long for its size
     */
    public static List<TaskSpec> expand(
            PhasePlan phase, int step, Json input, Json upstream, Budgets planBudgets, int firstOrdinal) {
        List<AgentRef> agents = isSequential(phase) ? List.of(phase.agents().get(step)) : phase.agents();
        List<Piece> pieces = new ArrayList<>();
        for (AgentRef agent : agents) {
            pieces.addAll(pieces(phase, agent, input, upstream));
            if (pieces.size() > MOST_TASKS) {
                throw tooMany(phase, agent, pieces.size());
            }
        }
        Json budget = BudgetShare.of(phase.budgets(), planBudgets, (long) pieces.size() * steps(phase));
        List<TaskSpec> result = new ArrayList<>(pieces.size());
        for (Piece piece : pieces) {
            AgentRef agent = piece.agent;
            result.add(new TaskSpec(
                    firstOrdinal + result.size(),
                    agent.type(),
                    agent.target(),
                    agent.fallback(),
                    agent.as(),
                    piece.shard,
                    piece.shard < 0 ? agent.as() : agent.as() + '/' + piece.shard,
                    piece.input,
                    budget));
        }
        return result;
    }

    private record Piece(AgentRef agent, int shard, Json input) {}

    private static List<Piece> pieces(PhasePlan phase, AgentRef agent, Json input, Json upstream) {
        if (agent.shard().isEmpty()) {
            return List.of(new Piece(agent, -1, agent.inputs()));
        }
        Shard shard = agent.shard().get();
        Json array = arrayOf(phase, agent, shard, input, upstream);
        long count = Math.ceilDiv((long) array.size(), shard.size());
        if (count > MOST_TASKS) {
            throw tooMany(phase, agent, count);
        }
        List<Piece> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = i * shard.size();
            int to = from + Math.min(shard.size(), array.size() - from);
            result.add(new Piece(agent, i, agent.inputs().with(shard.fieldName(), array.slice(from, to))));
        }
        return result;
    }

    private static Json arrayOf(PhasePlan phase, AgentRef agent, Shard shard, Json input, Json upstream) {
        try {
            return ShardArray.find(shard.over(), input.overlaidBy(agent.inputs()), upstream);
        } catch (ExpansionException e) {
            throw new ExpansionException(place(phase, agent) + e.getMessage(), e);
        }
    }

    private static ExpansionException tooMany(PhasePlan phase, AgentRef agent, long count) {
        return new ExpansionException(place(phase, agent) + count + " tasks at once, and at most " + MOST_TASKS
                + " are possible; make the shard's \"size\" larger");
    }

    private static String place(PhasePlan phase, AgentRef agent) {
        return "phase '" + phase.phase() + "', " + agent.type().wire() + " '" + agent.as() + "': ";
    }

    private static boolean isSequential(PhasePlan phase) {
        return switch (phase.parallelism()) {
            case Parallelism.Sequential ignored -> true;
            case Parallelism.AtMost ignored -> false;
        };
    }
}
