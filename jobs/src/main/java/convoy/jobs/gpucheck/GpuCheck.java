package convoy.jobs.gpucheck;

import convoy.jobs.benchmark.Samples;
import convoy.records.BadInputException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Runs steps one after the other, within a budget; what one throws costs the others nothing. */
public final class GpuCheck {
    /** How much longer than its time a step may take, before it is held to hang. */
    private static final Duration GRACE = Duration.ofSeconds(45);

    private static final List<String> NAMES = List.of(
            "card",
            "gradients",
            "determinism",
            "streams",
            "speed",
            "cost",
            "transfers",
            "leak",
            "feeding",
            "train",
            "catalogue");

    private final Report report;
    private final LongSupplier nanos;

    /**
     * Makes a check that has run nothing yet.
     *
     * @param report that is told
     * @param nanos the clock
     */
    public GpuCheck(Report report, LongSupplier nanos) {
        this.report = report;
        this.nanos = nanos;
    }

    /** All steps in their order. */
    private static List<Step> all(Subject subject, Workload workload, Beside beside) {
        Samples samples = new Samples(subject.threads());
        return List.of(
                new CardStep(subject),
                new GradientsStep(subject, workload, samples),
                new DeterminismStep(subject, workload, samples),
                new StreamsStep(subject, workload, samples),
                new SpeedStep(subject, workload, samples, beside),
                new CostStep(subject, workload, samples, beside),
                new TransfersStep(subject, workload, samples),
                new LeakStep(subject, workload, samples),
                new FeedingStep(workload),
                new TrainStep(subject),
                new CatalogueStep(subject, workload, samples));
    }

    /**
     * Checks that there are steps of these names.
     *
     * @param names of {@code --steps}
     * @throws BadInputException if not
     */
    public static void requireSteps(List<String> names) {
        names.stream().filter(name -> !NAMES.contains(name)).findFirst().ifPresent(name -> {
            throw new BadInputException(
                    "--steps = " + name + " is no step of the check; there are " + String.join(", ", NAMES));
        });
    }

    /**
     * Runs the steps of these names in their order, or all.
     *
     * @param names of steps; none: all
     * @param subject what is checked
     * @param workload how much of it
     * @param beside PyTorch, for the steps that compare
     * @param total how long they may take
     * @throws InterruptedException if the thread is interrupted while a step runs
     */
    public void run(List<String> names, Subject subject, Workload workload, Beside beside, Duration total)
            throws InterruptedException {
        List<Step> steps = all(subject, workload, beside).stream()
                .filter(step -> names.isEmpty() || names.contains(step.name()))
                .toList();
        run(steps, Budget.of(nanos, total));
    }

    void run(List<Step> steps, Budget budget) throws InterruptedException {
        // Made by this thread, with the first step.
        Thread[] runner = {Thread.currentThread()};
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread own = new Thread(task, "gpu-check");
            own.setDaemon(true);
            runner[0] = own;
            return own;
        });
        try {
            boolean hangs = false;
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                Duration later = steps.subList(i + 1, steps.size()).stream()
                        .map(Step::estimate)
                        .reduce(Duration.ZERO, Duration::plus);
                if (hangs) {
                    report.skipped(step.name(), step.name(), "a step before it hangs");
                } else if (report.hasBegun(step.name())) {
                    report.skipped(step.name(), step.name(), "the file of results has it");
                } else if (!budget.allows(step.least())) {
                    report.skipped(step.name(), step.name(), Rows.shortage(budget, step.least()));
                } else {
                    Budget own = budget.reserving(later, step.estimate());
                    Rows rows = new Rows(step.name(), report, own);
                    report.begin(step.name());
                    hangs = !run(step, rows, thread, runner);
                }
            }
        } finally {
            thread.shutdownNow();
        }
        report.end();
    }

    /** Returns whether it has ended. */
    private boolean run(Step step, Rows rows, ExecutorService thread, Thread[] runner) throws InterruptedException {
        Future<Boolean> future = thread.submit(() -> {
            step.run(rows);
            return true;
        });
        try {
            Duration longest = rows.budget().left().plus(GRACE);
            return future.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            report.failed(step.name(), step.name(), e.getCause() == null ? e : e.getCause());
            return true;
        } catch (TimeoutException e) {
            IllegalStateException late = new IllegalStateException("still at work, see the trace");
            late.setStackTrace(runner[0].getStackTrace());
            report.failed(step.name(), step.name(), late);
            return false;
        }
    }
}
