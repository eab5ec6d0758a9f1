package convoy.jobs.command;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Durations;
import convoy.jobs.output.Json;
import convoy.jobs.output.Scores;
import convoy.jobs.progress.TrainingReporter;
import convoy.jobs.runfile.RunFile;
import convoy.records.text.Names;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a run file says, or goes on with it. */
@Command(name = "train", description = "Train what a run file says; run again, it goes on from the last checkpoint.")
final class TrainCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "RUN.yaml", description = "The run file, here or on any Hadoop file system.")
    private String runFile = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key of the run file, as optimizer.momentum=0.8; may be repeated.")
    private List<String> overrides = List.of();

    @Option(
            names = "--stop-after-step",
            paramLabel = "N",
            description = "Stop with a checkpoint once so many updates are applied in all.")
    private Optional<Long> stopAfterStep = Optional.empty();

    @Option(names = "--check", description = "Check the run file, print it with all its keys and stop.")
    private boolean check;

    @Option(names = "--json", description = "Print one JSON object about the run at the end.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        String text = Uris.read(runFile, Uris.hadoop());
        RunConfiguration configuration = RunFile.read(RunConfiguration.class, runFile, text, overrides);
        if (check) {
            out.print(RunFile.stored(configuration));
            return;
        }
        try (SparkApplication spark =
                Applications.start("convoy train " + configuration.name(), RunSize.of(configuration))) {
            TrainingResult result =
                    run(spark, configuration, stopAfterStep, spec.commandLine().getErr());
            spark.succeed();
            if (json) {
                Json.print(asJson(result), out);
            } else {
                print(result, out);
            }
        }
    }

    /** Trains with a progress bar. */
    static TrainingResult run(
            SparkApplication spark, RunConfiguration configuration, Optional<Long> stopAfterStep, PrintWriter err) {
        try (TrainingReporter reporter = new TrainingReporter(err)) {
            return SparkTraining.run(
                    spark, configuration, new TrainingOptions(RunFile::stored, stopAfterStep), reporter);
        }
    }

    static void print(TrainingResult result, PrintWriter out) {
        out.println(String.format(
                Locale.ROOT,
                switch (result.outcome()) {
                    case COMPLETED -> "trained to step %d of %d in %s, %.0f images/s";
                    case ALREADY_COMPLETE -> "the run was complete already: step %d of %d";
                    case STOPPED -> "stopped at step %d of %d after %s, %.0f images/s; the same command goes on";
                },
                result.step(),
                result.lastStep(),
                Durations.text(result.took()),
                result.imagesPerSecond()));
        result.evaluation().ifPresent(evaluation -> out.println("held out: " + Scores.describe(evaluation)));
        out.println("run: " + result.directory());
        result.exports().forEach(file -> out.println("model: " + file));
    }

    private static Map<String, Object> asJson(TrainingResult result) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("outcome", Names.kebab(result.outcome().name()));
        object.put("directory", result.directory());
        object.put("step", result.step());
        object.put("last-step", result.lastStep());
        object.put("seconds", result.took().toMillis() / 1000.0);
        object.put("images-per-second", result.imagesPerSecond());
        result.evaluation().ifPresent(evaluation -> object.put("evaluation", Scores.asJson(evaluation)));
        object.put("exports", result.exports());
        return object;
    }
}
