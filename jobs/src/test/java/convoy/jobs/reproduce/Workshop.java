package convoy.jobs.reproduce;

import convoy.architectures.random.RandomStream;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.Origin;
import convoy.driver.model.StoredModel;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.jobs.runfile.RunFile;
import convoy.parameterserver.files.Safetensors;
import convoy.records.text.Sha256;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** A directory with drawn data, in which small runs are trained by the toy engine and made again. */
final class Workshop implements AutoCloseable {
    private static final int SIDE = 32;
    private static final int CLASSES = 4;
    private static final int ROWS = 48;

    /** A network of one's own with an auxiliary head. */
    private static final String OWN = """
            name: own
            input: 3x32x32
            classes: 4
            layers:
              - {name: conv, kind: convolution, out: 4, kernel: 3, stride: 2, padding: 1}
              - {name: act, kind: relu}
              - {name: pool, kind: average-pool, kernel: 4}
              - {name: flat, kind: flatten}
              - {name: fc, kind: dense, out: =classes}
              - {name: aux.pool, kind: adaptive-average-pool, from: act}
              - {name: aux.flat, kind: flatten}
              - {name: aux.fc, kind: dense, out: =classes}
            heads:
              - {name: main, from: fc}
              - {name: aux, from: aux.fc, weight: 0.3}
            """;

    final Path directory;
    private final SparkApplication spark;

    Workshop(Path directory) throws IOException {
        this.directory = directory;
        draw("train", 1, -1);
        draw("validation", 2, -1);
        Files.writeString(directory.resolve("own.yaml"), OWN);
        spark = SparkApplication.start(
                Optional.of("local[4]"), "made again", Map.of("spark.ui.enabled", "false"), new RunSize(3, 1, 0));
    }

    /** Draws a data set; with one pixel of a row changed, if that is no -1. */
    void draw(String name, long seed, int changed) throws IOException {
        RawData.write(
                directory.resolve(name),
                IntStream.range(0, CLASSES).mapToObj(label -> "class " + label).toList(),
                IntStream.range(0, ROWS)
                        .mapToObj(id -> row(id, seed, id == changed))
                        .toList(),
                12);
    }

    private static ImageRow row(int id, long seed, boolean changed) {
        RandomStream random = RandomStream.of(seed, "drawn", id);
        byte[] planes = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) (40 * (id % CLASSES) + random.nextInt(100));
        }
        planes[1234] ^= (byte) (changed ? 64 : 0);
        return new ImageRow(id, planes, id % CLASSES, SIDE, SIDE, 3);
    }

    Configuration hadoop() {
        return spark.hadoop();
    }

    SparkApplication spark() {
        return spark;
    }

    String uri(String name) {
        return directory.resolve(name).toUri().toString();
    }

    Path run(String name) {
        return directory.resolve("runs").resolve(name);
    }

    /** A run of six steps, or with other keys. */
    RunConfiguration configuration(String name, List<String> settings) {
        RunConfiguration small =
                SmallConfiguration.of(name, directory, uri("train"), uri("validation"), ToyEngineProvider.NAME);
        List<String> all = Stream.concat(
                        Stream.of("epochs=1", "micro-batch=2", "micro-batches=4", "checkpoint.every-steps=2"),
                        settings.stream())
                .toList();
        return RunFile.read(RunConfiguration.class, "small", RunFile.stored(small), all);
    }

    /** Trains one. */
    Path train(String name, String... settings) {
        SparkTraining.run(
                spark,
                configuration(name, List.of(settings)),
                new TrainingOptions(RunFile::stored, Optional.empty()),
                TrainingListener.silent());
        return run(name);
    }

    /** Makes the model of a run again, or only looks whether that can be done. */
    Report reproduce(Path run, boolean only, UnaryOperator<Request> how) throws InterruptedException {
        Reproduction reproduction = Reproduction.of(hadoop(), how.apply(Request.of(run.toString())));
        Optional<List<Part>> refused = reproduction.refused();
        List<Part> parts = refused.isPresent()
                ? refused.get()
                : only ? reproduction.check(spark) : reproduction.make(spark, new PrintWriter(Writer.nullWriter()));
        return new Report(parts, reproduction.beginning());
    }

    Report reproduce(Path run, String... settings) throws InterruptedException {
        return reproduce(run, false, request -> request.withOverrides(List.of(settings)));
    }

    Report check(Path run, String... settings) throws InterruptedException {
        return reproduce(run, true, request -> request.withOverrides(List.of(settings)));
    }

    /** Has a run's model say that another value decided its bits. */
    void claim(Path run, String key, String value) throws IOException {
        StoredModel model = model(run);
        Origin origin = model.origin().orElseThrow();
        SortedMap<String, String> claimed = new TreeMap<>(origin.determinants());
        claimed.put(key, value);
        write(run, model, Optional.of(new Origin(claimed, origin.ancestor())));
    }

    /** Has a run's model say no more than those of earlier versions. */
    void forget(Path run) throws IOException {
        write(run, model(run), Optional.empty());
    }

    /** Has a run's model say that it is of another step. */
    void age(Path run, long step) throws IOException {
        StoredModel model = model(run);
        write(run, new StoredModel(model.description(), step, model.values()), model.origin());
    }

    private StoredModel model(Path run) {
        String uri = run.resolve("model.safetensors").toUri().toString();
        return StoredModel.read(hadoop(), uri, StoredModel.describe(hadoop(), uri, Optional.empty()));
    }

    private static void write(Path run, StoredModel model, Optional<Origin> origin) throws IOException {
        try (OutputStream out = Files.newOutputStream(run.resolve("model.safetensors"))) {
            new StoredModel(model.description(), model.step(), model.values(), origin)
                    .writeSafetensors(out, Safetensors.Precision.F32, false);
        }
    }

    static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    static String sha256(Path run) throws IOException {
        return Sha256.digits(Files.readAllBytes(run.resolve("model.safetensors")));
    }

    /** Every file below a directory, by what it holds. */
    static SortedMap<String, String> contents(Path directory) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            all.filter(Files::isRegularFile).forEach(file -> {
                try {
                    contents.put(directory.relativize(file).toString(), Sha256.digits(Files.readAllBytes(file)));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
        return contents;
    }

    @Override
    public void close() {
        spark.close();
    }
}
