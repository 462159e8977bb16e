package io.orchestrator.lab.chaos;

import io.orchestrator.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Plans of all shapes, a function of their seed. */
final class Plans {
    /**
     * A plan and how many tasks it comes to if nothing of it fails.
     *
     * @param document as in a plan file
     */
    record Sized(Json document, int tasks) {}

    private static final String QUICK_RETRIES = "'retry':{'base':'PT0.2S','max':'PT1S','maxAttempts':6}";

    private Plans() {}

    /** Plans that come to at least so many tasks, one more than needed at most. */
    static List<Sized> of(long seed, int tasks) {
        RandomGenerator random = new Random(seed);
        List<Sized> plans = new ArrayList<>();
        int sum = 0;
        while (sum < tasks) {
            Sized plan = one(random);
            plans.add(plan);
            sum += plan.tasks;
        }
        return plans;
    }

    private static Sized one(RandomGenerator random) {
        int dice = random.nextInt(100);
        if (dice < 25) {
            return sequential();
        }
        if (dice < 45) {
            return parallel(2 + random.nextInt(4));
        }
        if (dice < 70) {
            return sharded(4 + random.nextInt(9));
        }
        if (dice < 92) {
            return retried(2 + random.nextInt(4));
        }
        return dice < 96 ? taskTimebox() : phaseTimebox();
    }

    private static Sized sequential() {
        return plan(
                4,
                "sequential",
                "{'phase':'A','agents':['Steps1','ChaosSteps','Steps3']}," + "{'phase':'B','agents':['ChaosSteps']}");
    }

    private static Sized parallel(int width) {
        return plan(
                2 * width + 1,
                "parallel",
                "{'phase':'A','parallelism':" + width + ",'agents':["
                        + repeated(width, "Steps1") + "," + repeated(width, "ChaosSteps") + "]},"
                        + "{'phase':'B','agents':['Steps1']}");
    }

    private static Sized sharded(int pieces) {
        StringBuilder items = new StringBuilder("0");
        for (int i = 1; i < pieces; i++) {
            items.append(',').append(i);
        }
        return plan(
                pieces + 1,
                "sharded",
                "{'phase':'A','parallelism':6,'inputs':{'items':[" + items
                        + "]},'agents':[{'agent':'Steps1','as':'Piece','shard':{'over':'items','size':1}}]},"
                        + "{'phase':'B','needs':['A'],'agents':['ChaosSteps']}");
    }

    private static Sized retried(int width) {
        return plan(
                width + 1,
                "retried",
                "{'phase':'A','parallelism':" + width + ",'agents':[" + repeated(width, "Flaky")
                        + "]},{'phase':'B','agents':['ChaosSteps']}");
    }

    private static Sized taskTimebox() {
        return plan(1, "task-timebox", "{'phase':'A','agents':[{'agent':'Endless','timebox':'PT4S'}]}");
    }

    private static Sized phaseTimebox() {
        return plan(
                3,
                "phase-timebox",
                "{'phase':'A','parallelism':2,'timebox':'PT5S','agents':[" + "'Steps1'," + repeated(2, "Endless")
                        + "]}");
    }

    private static String repeated(int times, String agent) {
        List<String> agents = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            agents.add("{'agent':'" + agent + "','as':'" + agent + i + "'}");
        }
        return String.join(",", agents);
    }

    private static Sized plan(int tasks, String name, String phases) {
        String text = "{'name':'" + name + "'," + QUICK_RETRIES + ",'phases':[" + phases + "]}";
        return new Sized(Json.parse(text.replace('\'', '"')), tasks);
    }
}
