package convoy.jobs.command;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.jobs.benchmark.ScoreBenchmark;
import convoy.jobs.benchmark.StepBenchmark;
import convoy.jobs.benchmark.TemporaryFolder;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.output.TextTable;
import convoy.parameterserver.LoopbackBenchmark;
import convoy.worker.data.drawn.DataBenchmark;
import convoy.worker.data.drawn.DrawnShapes;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures this machine: engine, servers, reader, checkpoints, each alone and together. */
@Command(
        name = "benchmark",
        description = {
            "Measure the engine alone, workers through the servers, scoring, the servers, the reader, checkpoints.",
            "Images/s are averages; 'calm' is the pace of the fastest tenth of the steps, for machines that are shared."
        })
final class BenchmarkCommand implements Runnable {
    private static final int IMAGES = 4000;
    private static final int WORKERS = 2;

    /** As many parameters as ResNet-50 has, about. */
    private static final int FLOATS = 24_000_000;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--network",
            paramLabel = "NAME",
            split = ",",
            description = "Networks for 3x32x32 images (resnet20_cifar,all_cnn_c).")
    private List<String> networks = List.of("resnet20_cifar", "all_cnn_c");

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What computes gradients: nd4j (the default) or libtorch.")
    private String engine = "nd4j";

    @Option(names = "--precision", paramLabel = "NAME", description = "fp32 (the default), bf16 or fp16.")
    private Precision precision = Precision.FP32;

    @Option(names = "--batch", paramLabel = "N", description = "Images of a worker's step (32).")
    private int batch = 32;

    @Option(names = "--seconds", paramLabel = "N", description = "How long each measurement takes, roughly (10).")
    private int seconds = 10;

    @Option(
            names = "--score-data",
            paramLabel = "URI",
            description = "Score this data set of 3x32x32 images and 10 classes; by default the drawn one.")
    private Optional<String> scored = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<Network> measured = networks.stream()
                .map(name -> Catalogue.build(
                        name,
                        NetworkArguments.defaults()
                                .withInput(new Shape.Image(3, 32, 32))
                                .withClasses(10)))
                .toList();
        EngineChoice choice = new EngineChoice(engine, "cpu").withPrecision(precision);
        StepBenchmark.requirePositive(batch, seconds);
        Map<String, Object> results = new LinkedHashMap<>();
        try (TemporaryFolder folder = TemporaryFolder.create("convoy-benchmark");
                SparkApplication spark = Applications.start("convoy benchmark", new RunSize(WORKERS, 1, WORKERS))) {
            String uri = folder.path().toUri().toString();
            String data = draw(spark, uri);
            StepBenchmark benchmark =
                    new StepBenchmark(spark, uri + "runs", data, choice, batch, Duration.ofSeconds(seconds));
            for (Network network : measured) {
                err.println("measuring " + network.name() + ", batch " + batch + " …");
                StepBenchmark.Result result = benchmark.run(network);
                results.put(network.name(), asJson(result));
                if (!json) {
                    print(network, result, out);
                }
            }
            for (Network network : measured) {
                err.println("measuring the scoring of " + network.name() + " …");
                ScoreBenchmark.Result scoring = new ScoreBenchmark(
                                spark,
                                uri + "scores",
                                scored.map(Uris::local).orElse(data),
                                choice,
                                Duration.ofSeconds(seconds))
                        .run(network);
                results.put(
                        network.name() + ", scoring",
                        Map.of(
                                "images-per-second", scoring.job(),
                                "engine-before", scoring.before(),
                                "engine-after", scoring.after()));
                if (!json) {
                    out.println(String.format(
                            Locale.ROOT,
                            "%s, scoring with one task: %s, %s of the engine alone (%s before, %s after)",
                            network.name(),
                            rate(scoring.job()),
                            percent(scoring.share()),
                            rate(scoring.before()),
                            rate(scoring.after())));
                }
            }
            err.println("measuring the servers …");
            Map<String, Double> servers = servers(spark);
            results.put("servers", servers);
            if (!json) {
                servers.forEach((what, bytes) -> out.println(
                        String.format(Locale.ROOT, "servers over loopback, %s: %.2f GB/s", what, bytes / 1e9)));
            }
            err.println("measuring the reader …");
            Map<String, Double> reader = reader(spark, uri);
            results.put("reader", reader);
            if (!json) {
                out.println(String.format(
                        Locale.ROOT,
                        "reader, one core: %,.0f rows/s of raw 32 x 32 (pad, crop, flip, normalize); JPEG of 500 x 375:"
                                + " %,.0f images/s decoded, %,.0f images/s as random 224 crops in floats",
                        reader.get("raw-rows-per-second"),
                        reader.get("jpeg-decodes-per-second"),
                        reader.get("jpeg-images-per-second")));
            }
            spark.succeed();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read what a run wrote down", unreadable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", interrupted);
        }
        if (json) {
            Json.print(results, out);
        }
    }

    private static String draw(SparkApplication spark, String uri) {
        String archive = uri + "shapes.tar";
        DrawnShapes.writeArchive(spark.hadoop(), archive, 1, IMAGES, 1);
        ImportJob.run(
                spark.context(),
                ImportConfiguration.of(Format.CIFAR_BINARY, archive, uri + "data")
                        .withSplit("train"),
                ImportListener.silent());
        return uri + "data";
    }

    private Map<String, Double> servers(SparkApplication spark) throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        int rounds = Math.max(3, 2 * seconds);
        figures.put("plain sockets", LoopbackBenchmark.plainBytesPerSecond(WORKERS, 4L * FLOATS * rounds));
        for (boolean encrypted : new boolean[] {false, true}) {
            LoopbackBenchmark.Result result = spark.measureServers(encrypted, WORKERS, FLOATS, rounds);
            String how = encrypted ? "encrypted" : "not encrypted";
            figures.put("push, " + how, result.pushBytesPerSecond());
            figures.put("pull, " + how, result.pullBytesPerSecond());
        }
        return figures;
    }

    private Map<String, Double> reader(SparkApplication spark, String uri) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("raw-rows-per-second", DataBenchmark.rawRowsPerSecond(spark.hadoop(), uri + "raw", seconds / 2.0));
        figures.put("jpeg-decodes-per-second", DataBenchmark.jpegDecodesPerSecond(seconds / 2.0));
        figures.put(
                "jpeg-images-per-second",
                DataBenchmark.jpegImagesPerSecond(spark.hadoop(), uri + "jpeg", seconds / 2.0));
        return figures;
    }

    private void print(Network network, StepBenchmark.Result result, PrintWriter out) {
        out.println(network.name() + ", batch " + batch + " a worker, one thread each");
        TextTable table = new TextTable().left("").right("").left("");
        StepBenchmark.Rate inStep = result.enginesInStep();
        StepBenchmark.Rate alone = result.engineAlone();
        StepBenchmark.Rate sideBySide = result.enginesSideBySide();
        table.row(
                "  engine alone",
                rate(alone.average()),
                calm(alone.calm()) + "; " + ms(batch / alone.average()) + " a step");
        table.row("  two engines side by side", rate(sideBySide.average()), calm(sideBySide.calm()));
        table.row(
                "  the same, waiting for each other after every step",
                rate(inStep.average()),
                calm(inStep.calm()) + "; " + percent(inStep.average() / (2 * alone.average()))
                        + " of twice one engine");
        table.row(
                "  one worker, one server",
                rate(result.oneWorker().imagesPerSecond()),
                calm(result.oneWorker().calmImagesPerSecond()) + "; a step costs "
                        + percent(result.oneWorker().beyondTheEngine()) + " beyond the engine; waits: data "
                        + percent(result.oneWorker().dataWait()) + ", parameters "
                        + percent(result.oneWorker().pullWait()));
        table.row(
                "  two workers, two servers",
                rate(result.twoWorkers().imagesPerSecond()),
                calm(result.twoWorkers().calmImagesPerSecond()) + "; " + percent(result.scaling())
                        + " of twice one engine, calm " + percent(result.calmScaling()) + "; waits: data "
                        + percent(result.twoWorkers().dataWait()) + ", parameters "
                        + percent(result.twoWorkers().pullWait()));
        table.row(
                "  checkpoint",
                String.format(Locale.ROOT, "%,.1f MB/s", result.checkpointBytesPerSecond() / 1e6),
                String.format(Locale.ROOT, "of %,.1f MB; it stalls a step by ", result.checkpointBytes() / 1e6)
                        + percent(result.checkpointStall()));
        table.lines().stream().skip(1).forEach(out::println);
    }

    private static Map<String, Object> asJson(StepBenchmark.Result result) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("engine-alone-images-per-second", result.engineAlone().average());
        object.put("engine-alone-calm-images-per-second", result.engineAlone().calm());
        object.put("two-engines-images-per-second", result.enginesSideBySide().average());
        object.put(
                "two-engines-calm-images-per-second", result.enginesSideBySide().calm());
        object.put(
                "two-engines-in-step-images-per-second", result.enginesInStep().average());
        object.put(
                "two-engines-in-step-calm-images-per-second",
                result.enginesInStep().calm());
        object.put("one-worker-images-per-second", result.oneWorker().imagesPerSecond());
        object.put("one-worker-calm-images-per-second", result.oneWorker().calmImagesPerSecond());
        object.put("one-worker-data-wait", result.oneWorker().dataWait());
        object.put("one-worker-pull-wait", result.oneWorker().pullWait());
        object.put("step-beyond-the-engine", result.oneWorker().beyondTheEngine());
        object.put("two-workers-images-per-second", result.twoWorkers().imagesPerSecond());
        object.put("two-workers-calm-images-per-second", result.twoWorkers().calmImagesPerSecond());
        object.put("two-workers-data-wait", result.twoWorkers().dataWait());
        object.put("two-workers-pull-wait", result.twoWorkers().pullWait());
        object.put("two-workers-of-twice-one-engine", result.scaling());
        object.put("calm-two-workers-of-twice-one-engine", result.calmScaling());
        object.put("checkpoint-bytes", result.checkpointBytes());
        object.put("checkpoint-bytes-per-second", result.checkpointBytesPerSecond());
        object.put("checkpoint-stall", result.checkpointStall());
        return object;
    }

    private static String rate(double imagesPerSecond) {
        return String.format(Locale.ROOT, "%,.1f images/s", imagesPerSecond);
    }

    private static String calm(double imagesPerSecond) {
        return String.format(Locale.ROOT, "calm %,.1f", imagesPerSecond);
    }

    private static String ms(double seconds) {
        return String.format(Locale.ROOT, "%.1f ms", 1000 * seconds);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
