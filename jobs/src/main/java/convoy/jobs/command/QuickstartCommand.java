package convoy.jobs.command;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.training.TrainingResult;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Scores;
import convoy.jobs.output.TextTable;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.drawn.DrawnShapes;
import convoy.worker.data.format.DatasetInfo;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole way once, on pictures that it draws itself: import, train, evaluate. */
@Command(
        name = "quickstart",
        description = "Draw a data set, import it, train a small ResNet with two workers and two servers, evaluate it.")
final class QuickstartCommand implements Runnable {
    /** What is trained, as a run file says it; the numbers are such that two cores need about a minute. */
    private static final String RUN = """
            name: quickstart
            network: {name: resnet20_cifar}
            data:
              transforms: [flip]
            epochs: 3
            micro-batch: 32
            micro-batches: 2
            optimizer: adam
            schedule: {rate: 0.003, warm-up: 0.1, curve: cosine}
            engine: auto
            workers: 2
            servers: 2
            """;

    private static final int TEST_SHARE = 5;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--directory", paramLabel = "URI", description = "Where everything is put (runs).")
    private String directory = "runs";

    @Option(names = "--images", paramLabel = "N", description = "Training images to draw (5000).")
    private int images = 5000;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over them (3).")
    private int epochs = 3;

    @Option(
            names = "--fresh",
            description = "Begin anew: delete what an earlier quickstart left there, if nothing else lies with it.")
    private boolean fresh;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        String data = directory + "/quickstart-data";
        RunConfiguration configuration = RunFile.read(
                RunConfiguration.class,
                "quickstart",
                RUN,
                List.of(
                        "runs=" + quoted(directory),
                        "data.train=" + quoted(data + "/train"),
                        "data.validation=" + quoted(data + "/test"),
                        "epochs=" + epochs));
        try (SparkApplication spark = Applications.start("convoy quickstart", RunSize.of(configuration))) {
            if (fresh) {
                Leavings.ofQuickstart(spark.hadoop(), directory, data, directory + "/" + configuration.name())
                        .delete();
            }
            drawAndImport(spark, data, out, err);
            TrainingResult trained = TrainCommand.run(spark, configuration, Optional.empty(), err);
            TrainCommand.print(trained, out);
            if (trained.outcome() == TrainingResult.Outcome.STOPPED) {
                spark.succeed();
                return;
            }
            EvaluationResult evaluated = EvaluateCommand.run(
                            spark,
                            Evaluation.Request.ofRun(
                                    trained.directory(),
                                    configuration,
                                    Validation.at(data + "/test"),
                                    128,
                                    configuration.resources().workers()),
                            err)
                    .result();
            out.println("evaluated " + trained.directory() + "/model.safetensors: " + Scores.describe(evaluated));
            whereEverythingIs(data, trained, out);
            spark.succeed();
        }
    }

    /** As a value in YAML, whatever it has in it. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private void drawAndImport(SparkApplication spark, String data, PrintWriter out, PrintWriter err) {
        String archive = data + "/shapes.tar";
        int test = Math.max(1, images / TEST_SHARE);
        if (Uris.exists(spark.hadoop(), data + "/test/" + DatasetInfo.FILE_NAME)) {
            out.println("the pictures are there already: " + data);
            return;
        }
        if (!DrawnShapes.mayReplace(spark.hadoop(), archive)) {
            throw new BadInputException(
                    archive + " is there, and quickstart did not write it: move it away or name another --directory");
        }
        DrawnShapes.writeArchive(spark.hadoop(), archive, 1, images, test);
        out.println("drew " + Counts.of(images + test, "picture") + " of ten kinds of shapes: " + archive);
        for (String split : List.of("train", "test")) {
            if (Uris.exists(spark.hadoop(), data + "/" + split + "/" + DatasetInfo.FILE_NAME)) {
                continue;
            }
            ImportConfiguration configuration = ImportConfiguration.of(Format.CIFAR_BINARY, archive, data + "/" + split)
                    .withSplit(split);
            ImportCommand.print(configuration, ImportCommand.run(spark, configuration, err), out);
        }
    }

    private static void whereEverythingIs(String data, TrainingResult trained, PrintWriter out) {
        String run = trained.directory();
        TextTable table = new TextTable().left("").left("");
        table.row(data + "/shapes.tar", "the pictures as they were drawn, in CIFAR-10's binary form");
        table.row(data + "/train, " + data + "/test", "the data sets: Parquet files and dataset.json");
        table.row(run + "/run.yaml", "what was trained; change it, give it another name, and ./convoy train it");
        table.row(run + "/metrics.jsonl", "every step; TensorBoard's event files lie beside it");
        table.row(run + "/checkpoints", "where training goes on after a stop");
        table.row(run + "/model.safetensors", "the trained model, for PyTorch and others");
        table.lines().stream().skip(1).forEach(line -> out.println("  " + line));
    }
}
