package convoy.jobs.gpucheck;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportListener;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.jobs.launch.Applications;
import convoy.jobs.output.Json;
import convoy.jobs.runfile.RunFile;
import convoy.records.text.Counts;
import convoy.records.text.Sha256;
import convoy.worker.data.drawn.DrawnShapes;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the step {@code train} of {@code gpu-check} has a process of its own do: train on drawn pictures twice, to the same bits, and
 * go on from a checkpoint of the device on the processor. Rows are told as JSON, a line each.
 *
 * <p>Arguments: device, directory, training images.
 */
final class GpuCheckTraining {
    private static final int EPOCHS = 3;
    private static final int BATCH = 64;
    private static final int TEST_SHARE = 5;

    /** How far apart accuracies may be of runs that went other ways through rounding. */
    private static final double NEAR = 0.1;

    private static final String RUN = """
            network: {name: resnet20_cifar}
            data:
              transforms: [flip]
            epochs: 3
            micro-batch: 64
            micro-batches: 1
            optimizer: adam
            schedule: {rate: 0.003, warm-up: 0.1, curve: cosine}
            engine: libtorch
            workers: 1
            servers: 1
            """;

    private final SparkApplication spark;
    private final PrintStream out;
    private final String directory;

    private GpuCheckTraining(SparkApplication spark, PrintStream out, String directory) {
        this.spark = spark;
        this.out = out;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        // What libraries say is not for whoever reads the rows.
        System.setOut(System.err);
        String directory = Path.of(arguments[1]).toUri().toString().replaceFirst("/$", "");
        int images = Integer.parseInt(arguments[2]);
        try (SparkApplication spark = Applications.start("convoy gpu-check", new RunSize(1, 1, 1))) {
            new GpuCheckTraining(spark, out, directory).run(arguments[0], images);
            spark.succeed();
        }
        System.exit(0);
    }

    private void run(String device, int images) throws IOException {
        draw(images);
        TrainingResult first = train("first", device, Optional.empty());
        tellRun("first", device, first);
        TrainingResult second = train("second", device, Optional.empty());
        tellRun("second", device, second);
        String sum = sum(first);
        boolean same = sum.equals(sum(second));
        tell(
                "the two runs have " + (same ? "the same bits: " : "DIFFERENT bits: ") + sum.substring(0, 16),
                row("same bits", "sha256", sum, "passed", same));

        long half = first.lastStep() / 2;
        train("half", device, Optional.of(half));
        TrainingResult gone = train("half", "cpu", Optional.empty());
        double apart = Math.abs(accuracy(gone) - accuracy(first));
        tell(
                String.format(
                        Locale.ROOT,
                        "gone on with on the processor from step %d: accuracy %.1f %%, %.1f %% apart",
                        half,
                        100 * accuracy(gone),
                        100 * apart),
                row("on the processor", "accuracy", accuracy(gone), "passed", apart <= NEAR, "last", true));
    }

    private void draw(int images) {
        String archive = directory + "/shapes.tar";
        DrawnShapes.writeArchive(spark.hadoop(), archive, 1, images, Math.max(BATCH, images / TEST_SHARE));
        for (String split : List.of("train", "test")) {
            ImportJob.run(
                    spark.context(),
                    ImportConfiguration.of(Format.CIFAR_BINARY, archive, directory + "/" + split)
                            .withSplit(split),
                    ImportListener.silent());
        }
    }

    private TrainingResult train(String name, String device, Optional<Long> until) {
        RunConfiguration configuration = RunFile.read(
                RunConfiguration.class,
                "gpu-check",
                RUN,
                List.of(
                        "name=" + name,
                        "runs='" + directory + "/runs'",
                        "data.train='" + directory + "/train'",
                        "data.validation='" + directory + "/test'",
                        "device=" + device,
                        "epochs=" + EPOCHS,
                        "micro-batch=" + BATCH));
        return SparkTraining.run(
                spark, configuration, new TrainingOptions(any -> "", until), new TrainingListener() {});
    }

    private void tellRun(String name, String device, TrainingResult result) {
        tell(
                String.format(
                        Locale.ROOT,
                        "%s run on %s: %s, %.0f images/s, accuracy %.1f %%, %.1f s",
                        name,
                        device,
                        Counts.plain(result.step(), "step"),
                        result.imagesPerSecond(),
                        100 * accuracy(result),
                        result.took().toMillis() / 1e3),
                row(
                        name,
                        "device",
                        device,
                        "steps",
                        result.step(),
                        "images-per-second",
                        result.imagesPerSecond(),
                        "accuracy",
                        accuracy(result),
                        "seconds",
                        result.took().toMillis() / 1e3));
    }

    /** Zero where nothing was evaluated. */
    private static double accuracy(TrainingResult result) {
        return result.evaluation().map(EvaluationResult::top1Accuracy).orElse(0.0);
    }

    private static String sum(TrainingResult result) throws IOException {
        Path model = Path.of(URI.create(result.directory() + "/model.safetensors"));
        return Sha256.digits(Files.readAllBytes(model));
    }

    private static Map<String, Object> row(String name, Object... fields) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("row", name);
        for (int i = 0; i < fields.length; i += 2) {
            row.put((String) fields[i], fields[i + 1]);
        }
        return row;
    }

    private void tell(String text, Map<String, Object> row) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("text", text);
        all.putAll(row);
        try {
            out.write((Json.line(all) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException closed) {
            throw new IllegalStateException("nobody reads the rows", closed);
        }
    }
}
