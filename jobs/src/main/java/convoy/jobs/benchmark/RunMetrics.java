package convoy.jobs.benchmark;

import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.text.Counts;
import convoy.worker.engine.EngineBenchmark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run's {@code metrics.jsonl} says of its speed, its first steps left out: they warm up.
 *
 * @param imagesPerSecond of all workers together
 * @param calmImagesPerSecond the same at the pace of {@linkplain EngineBenchmark#calm a calm} step
 * @param secondsPerStep from one step's end to the next one's, on average
 * @param computeSeconds that a worker's engine computed in a step, on average
 * @param dataWait share of the workers' time that they waited for data
 * @param pullWait share of the workers' time that they waited for parameters, and so for the slowest of them
 */
public record RunMetrics(
        double imagesPerSecond,
        double calmImagesPerSecond,
        double secondsPerStep,
        double computeSeconds,
        double dataWait,
        double pullWait) {
    private static final Codec<Line> LINES = Codec.of(Line.class);
    private static final Codec<Step> STEPS = Codec.of(Step.class);

    /** Steps after a checkpoint that it may have slowed down. */
    private static final int DISTURBED = 3;

    /** What every line has. */
    private record Line(String kind, long step) {}

    /** What is looked at in the line of a step. */
    private record Step(long step, long examples, String time, List<Effort> workers) {
        private double secondsSince(Step before) {
            return Duration.between(Instant.parse(before.time), Instant.parse(time))
                            .toNanos()
                    / 1e9;
        }
    }

    /** What is looked at of a worker in it. */
    private record Effort(double computeMs, double dataWaitMs, double pullWaitMs) {}

    /** {@return what a step takes beyond the time that the engine computed in that same step, as a share of the engine's} */
    public double beyondTheEngine() {
        return secondsPerStep / computeSeconds - 1;
    }

    /**
     * Reads them.
     *
     * @param metrics the text of {@code metrics.jsonl}
     * @param warmUp steps left out
     * @throws IllegalArgumentException if there are fewer than two steps after that
     */
    static RunMetrics of(String metrics, int warmUp) {
        List<Step> steps = steps(metrics, warmUp);
        double seconds = steps.get(steps.size() - 1).secondsSince(steps.get(0));
        long images = 0;
        double compute = 0;
        double dataWait = 0;
        double pullWait = 0;
        int workers = 1;
        List<Double> took = new ArrayList<>();
        for (int i = 1; i < steps.size(); i++) {
            Step step = steps.get(i);
            took.add(step.secondsSince(steps.get(i - 1)));
            images += step.examples();
            workers = Math.max(workers, step.workers().size());
            for (Effort worker : step.workers()) {
                compute += worker.computeMs() / 1000;
                dataWait += worker.dataWaitMs() / 1000;
                pullWait += worker.pullWaitMs() / 1000;
            }
        }
        int count = steps.size() - 1;
        took.sort(null);
        return new RunMetrics(
                images / seconds,
                images / (count * EngineBenchmark.calm(took)),
                seconds / count,
                compute / (workers * count),
                dataWait / (workers * seconds),
                pullWait / (workers * seconds));
    }

    /**
     * What a checkpoint adds to the steps that follow it, measured against the other steps until the next one, since machines
     * change their speed from one moment to another.
     *
     * @param metrics the text of {@code metrics.jsonl} of a run with checkpoints at equal distances
     * @param warmUp steps left out
     * @param every how many steps lie between checkpoints; more than three
     * @return the median over the checkpoints, as a share of an undisturbed step
     */
    static double checkpointStall(String metrics, int warmUp, int every) {
        List<Step> steps = steps(metrics, warmUp);
        List<Double> stalls = new ArrayList<>();
        double disturbed = 0;
        double others = 0;
        int count = 0;
        for (int i = 1; i < steps.size(); i++) {
            double took = steps.get(i).secondsSince(steps.get(i - 1));
            // Step s of the log makes version s; a checkpoint of version k is written while steps k + 1 and on are
            // made.
            int since = (int) ((steps.get(i).step() - 1) % every);
            if (since == 0) {
                disturbed = 0;
                others = 0;
                count = 0;
            }
            count++;
            if (since < DISTURBED) {
                disturbed += took;
            } else {
                others += took;
            }
            if (since == every - 1 && count == every) {
                stalls.add(disturbed / (others / (every - DISTURBED)) - DISTURBED);
            }
        }
        return median(stalls, stall -> stall);
    }

    /** Field by field, the middle of an odd number of runs. */
    static RunMetrics median(List<RunMetrics> runs) {
        return new RunMetrics(
                median(runs, RunMetrics::imagesPerSecond),
                median(runs, RunMetrics::calmImagesPerSecond),
                median(runs, RunMetrics::secondsPerStep),
                median(runs, RunMetrics::computeSeconds),
                median(runs, RunMetrics::dataWait),
                median(runs, RunMetrics::pullWait));
    }

    /**
     * {@return the median of a figure; of two in the middle the larger}
     *
     * @param <T> what has the figure
     * @param of at least one
     * @param figure of each
     * @throws IllegalArgumentException if there is none
     */
    public static <T> double median(List<T> of, ToDoubleFunction<T> figure) {
        if (of.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured: measure longer");
        }
        double[] sorted = of.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<Step> steps(String metrics, int warmUp) {
        List<Step> steps = new ArrayList<>();
        for (String line : metrics.lines().toList()) {
            Value value = JsonText.read("metrics.jsonl", line);
            Line entry = LINES.readOfOthers(value, new Problems());
            if (entry.kind().equals("step") && entry.step() > warmUp) {
                steps.add(STEPS.readOfOthers(value, new Problems()));
            }
        }
        if (steps.size() < 2) {
            throw new IllegalArgumentException(
                    Counts.plain(steps.size(), "step") + " after the first " + warmUp + ": measure longer");
        }
        return steps;
    }
}
