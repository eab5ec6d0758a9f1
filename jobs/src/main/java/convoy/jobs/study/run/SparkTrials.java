package convoy.jobs.study.run;

import convoy.driver.configuration.Validation;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.evaluation.EvaluationListener;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.lease.HeldByAnotherException;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.Pool;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Allotment;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.jobs.runfile.RunFile;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.schedule.TrialOutcome;
import convoy.jobs.study.schedule.TrialPlace;
import convoy.jobs.study.schedule.TrialRunner;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Trials as runs of one Spark application, each driven by a thread of its own. How they end is brought to one thread, that of whoever calls
 * {@link #await}; all other methods are for that thread too.
 */
final class SparkTrials implements TrialRunner, AutoCloseable {
    /** After so many steps a trial has all the memory that it needs: its engine's, what is read ahead, what servers hold. */
    private static final int SETTLED = 10;

    private final SparkApplication spark;
    private final Study study;
    private final IntSupplier atOnce;
    private final StudyProgress progress;
    private final ExecutorService threads;
    private final BlockingQueue<Runnable> ends = new LinkedBlockingQueue<>();
    private final Map<String, Integer> stepsHere = new ConcurrentHashMap<>();
    private volatile boolean settled;
    private int running;
    private boolean stopping;

    /**
     * @param trials so many there are: each may have a thread, for how many train at a time is the scheduler's, and changes with the room
     * @param atOnce how many train at a time now, at most
     */
    SparkTrials(SparkApplication spark, Study study, int trials, IntSupplier atOnce, StudyProgress progress) {
        this.spark = spark;
        this.study = study;
        this.atOnce = atOnce;
        this.progress = progress;
        this.threads = SparkTraining.clock().pool("convoy-trial", trials);
    }

    @Override
    public void start(Assignment assignment, TrialPlace place, Consumer<TrialOutcome> ended) {
        // No pools of their own: the scheduler sees to it that each has its places.
        Allotment anywhere = new Allotment(Pool.DEFAULT, atOnce.getAsInt());
        Allotment there = place.isAnywhere() ? anywhere : anywhere.on(place.kind());
        begin(() -> {
            Optional<TrialOutcome> outcome = train(assignment, there);
            return () -> {
                // What is told is kept.
                settled = true;
                outcome.ifPresentOrElse(ended, () -> stopping = true);
                progress.ended(assignment, outcome);
            };
        });
    }

    @Override
    public void readTest(List<Trial> trials, Consumer<Map<String, Score>> ended) {
        progress.say("the test set is read, by " + Counts.of(trials.size(), "trial"));
        begin(() -> {
            SortedMap<String, Score> scores = new TreeMap<>();
            for (int i = 0; i < trials.size(); i++) {
                Trial trial = trials.get(i);
                int before = i;
                scores.put(
                        trial.id(),
                        test(trial, (done, rows) -> progress.read(before * rows + done, trials.size() * rows)));
            }
            return () -> ended.accept(scores);
        });
    }

    /** Does something from another thread, and then what it gives on this one. */
    private void begin(Supplier<Runnable> work) {
        running++;
        Future<?> unused = threads.submit(() -> ends.add(result(work)));
    }

    private static Runnable result(Supplier<Runnable> work) {
        try {
            return work.get();
        } catch (RuntimeException failure) {
            return () -> {
                throw failure;
            };
        } catch (Error failure) {
            return () -> {
                throw failure;
            };
        }
    }

    /**
     * Waits for an end, and tells of it; for a while at most.
     *
     * @throws BadInputException if a trial was given what cannot work
     */
    void await(Duration most) throws InterruptedException {
        Runnable end = ends.poll(most.toMillis(), TimeUnit.MILLISECONDS);
        if (end != null) {
            running--;
            end.run();
        }
    }

    /** Whether the process was asked to end. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether a trial has come so far that it had what it needs of memory. */
    boolean hasSettled() {
        return settled;
    }

    /** Whether nothing is under way. */
    boolean isIdle() {
        return running == 0;
    }

    /** How it ended; empty if it was asked to stop before. */
    private Optional<TrialOutcome> train(Assignment assignment, Allotment there) {
        Trial trial = assignment.trial();
        LossWatch watch = new LossWatch(
                study.diverged().lossAbove(),
                step -> {
                    progress.at(trial, step);
                    if (stepsHere.merge(trial.id(), 1, Integer::sum) >= SETTLED) {
                        settled = true;
                    }
                },
                line -> progress.sayOnce(trial.id(), line));
        try {
            TrainingResult result = SparkTraining.run(
                    spark,
                    there,
                    trial.configuration(),
                    new TrainingOptions(RunFile::stored, Optional.of(assignment.untilStep())),
                    watch);
            return result.step() < assignment.untilStep() ? Optional.empty() : Optional.of(reached(result, watch));
        } catch (LossWatch.BeyondException beyond) {
            return Optional.of(watch.diverged(String.valueOf(beyond.getMessage())));
        } catch (TrainingFailedException failed) {
            String reason = FirstLine.of(failed);
            return Optional.of(failed.again() ? watch.diverged(reason) : new TrialOutcome.Crashed(reason));
        } catch (HeldByAnotherException held) {
            throw held;
        } catch (BadInputException wrong) {
            throw new BadInputException(
                    String.valueOf(wrong.getMessage())
                            .lines()
                            .map(line -> "trial " + trial.id() + ": " + line)
                            .toList(),
                    wrong);
        } catch (RuntimeException failure) {
            return Optional.of(new TrialOutcome.Crashed(FirstLine.of(failure)));
        }
    }

    private static TrialOutcome reached(TrainingResult result, LossWatch watch) {
        EvaluationResult scored = result.evaluation()
                .filter(evaluation -> evaluation.step() == result.step())
                .orElseThrow(() -> new IllegalStateException("step " + result.step() + " was not scored"));
        return Double.isFinite(scored.loss())
                ? new TrialOutcome.Reached(score(scored))
                : watch.diverged("the validation loss after step " + result.step() + " is " + scored.loss());
    }

    private static Score score(EvaluationResult scored) {
        return new Score(scored.rows(), scored.top1(), scored.loss());
    }

    private Score test(Trial trial, EvaluationListener listener) {
        Evaluation.Request request = Evaluation.Request.ofRun(
                trial.directory(),
                trial.configuration(),
                Validation.at(study.test().orElseThrow()),
                trial.configuration().steps().microBatch(),
                trial.workers());
        return score(Evaluation.run(spark, request, listener));
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
