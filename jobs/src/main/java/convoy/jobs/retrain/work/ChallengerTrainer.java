package convoy.jobs.retrain.work;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.configuration.WeightsChoice;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.scoring.ScoringRequest;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.jobs.progress.TrainingReporter;
import convoy.jobs.retrain.file.Pipeline;
import convoy.jobs.retrain.file.PipelineFile;
import convoy.jobs.retrain.file.Start;
import convoy.jobs.retrain.run.Attempt;
import convoy.jobs.retrain.run.Ports;
import convoy.jobs.runfile.RunFile;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Trains challengers on Spark.
 *
 * @param spark the application
 * @param pipeline that says what is trained
 * @param place where runs lie
 * @param sets joins what is trained on
 * @param folder of a version, by its number
 * @param err for progress
 */
record ChallengerTrainer(
        SparkApplication spark,
        Pipeline pipeline,
        Workplace place,
        JoinedSets sets,
        LongFunction<String> folder,
        PrintWriter err)
        implements Ports.Trainer {
    private static final String RUN = "run";

    /** The run that the pipeline names, of whatever data. */
    private RunConfiguration base() {
        return PipelineFile.run(pipeline);
    }

    /** The run of an attempt: that of the base, with the data of the call and, if that is asked for, the champion's tensors. */
    RunConfiguration run(Attempt attempt) {
        JoinedSets.Pair pair = sets.of(attempt.data());
        RunConfiguration base = base();
        RunConfiguration own = base.withName(RUN)
                .withRuns(place.attempt(attempt.id()))
                .withData(base.data()
                        .withTrain(pair.training())
                        .withValidation(Optional.of(Validation.at(pair.heldOut()))));
        return pipeline.start() == Start.CHAMPION && attempt.champion().isPresent()
                ? own.withNetwork(own.network()
                        .withWeights(Optional.of(WeightsChoice.defaults()
                                .withFrom(folder.apply(attempt.champion().get())))))
                : own;
    }

    @Override
    public void train(Attempt attempt) {
        place.clearBut(attempt.id());
        try (TrainingReporter reporter = new TrainingReporter(err)) {
            TrainingResult result = SparkTraining.run(
                    spark, run(attempt), new TrainingOptions(RunFile::stored, Optional.empty()), reporter);
            if (result.outcome() == TrainingResult.Outcome.STOPPED) {
                throw new TrainingFailedException("the training was stopped at step " + result.step() + " of "
                        + result.lastStep() + ", with a checkpoint; the same command goes on");
            }
        }
    }

    /** The URI of the directory of an attempt's run. */
    String directory(Attempt attempt) {
        return place.of(attempt.id(), RUN);
    }

    /** The URI of the model of an attempt that was trained to its end. */
    String model(Attempt attempt) {
        return directory(attempt) + "/" + RunDirectory.MODEL;
    }

    /** How held-out rows are scored: with the engine and as many tasks as the run has workers. */
    ScoringRequest scoring(Attempt attempt, String scored, String to) {
        RunConfiguration base = base();
        return ScoringRequest.of(scored, sets.of(attempt.data()).heldOut(), to)
                .withEngine(base.computation())
                .withThreads(base.resources().threads())
                .withTasks(base.resources().workers());
    }
}
