package convoy.driver.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.graph.Network;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.evaluation.Confusion;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.model.StoredModel;
import convoy.driver.scoring.ScoreDescription;
import convoy.driver.scoring.ScorePart;
import convoy.driver.scoring.Scores;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.format.DataFileWriter;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.PngWriter;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores as files: the same bytes for any number of tasks, the figures of an evaluation, one line for what cannot work. */
final class ScoringJobTest {
    private static SparkApplication spark;
    private static Path directory = Path.of("");
    private static String data = "";
    private static String model = "";

    @BeforeAll
    static void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        data = SmallScoring.data(temporary.resolve("data"), SmallScoring.ROWS);
        model = SmallScoring.model(temporary.resolve("model.safetensors"), 1);
        spark = SparkApplication.start(
                Optional.of("local[5]"), "scoring", Map.of("spark.ui.enabled", "false"), new RunSize(0, 1, 0));
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    private static ScoringRequest request(String name) {
        return ScoringRequest.of(model, data, uri(name))
                .with()
                .top(3)
                .batch(SmallScoring.BATCH)
                .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                .build();
    }

    private static String uri(String name) {
        return directory.resolve(name).toUri().toString();
    }

    private static ScoreDescription run(ScoringRequest request) {
        return ScoringJob.run(spark, request, (done, rows) -> {}).description();
    }

    private static void assertRefused(ScoringRequest request, String... words) {
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("\n")
                .message()
                .contains(words);
    }

    private static List<Group> rows(ScoreDescription scores, String name) throws IOException {
        List<Group> groups = new ArrayList<>();
        for (ScorePart part : scores.files()) {
            try (ParquetReader<Group> reader = ParquetReader.builder(
                            new GroupReadSupport(), new org.apache.hadoop.fs.Path(uri(name), part.name()))
                    .build()) {
                for (Group group = reader.read(); group != null; group = reader.read()) {
                    groups.add(group);
                }
            }
        }
        return groups;
    }

    private static List<Scores.Row> read(String name) {
        List<Scores.Row> all = new ArrayList<>();
        try (Scores scores = Scores.read(new Configuration(), uri(name))) {
            scores.forEachRemaining(all::add);
        }
        return all;
    }

    @Test
    void theBytesAreTheSameForAnyNumberOfTasks() throws IOException {
        run(request("one"));
        run(request("two").with().tasks(2).build());
        run(request("five").with().tasks(5).build());
        Map<String, String> files = SmallScoring.files(directory.resolve("one"));
        assertThat(files).hasSize(5 + 2).containsKeys("score.json", "_SUCCESS", "scores-00004-of-00005.parquet");
        assertThat(SmallScoring.files(directory.resolve("two"))).isEqualTo(files);
        assertThat(SmallScoring.files(directory.resolve("five"))).isEqualTo(files);
        ScoreDescription description = Scores.describe(new Configuration(), uri("one"));
        for (ScorePart part : description.files()) {
            assertThat(part.sha256()).isEqualTo(files.get(part.name()));
        }
    }

    @Test
    void theFiguresAreThoseOfAnEvaluation() {
        ScoreDescription scores = run(request("figures"));
        Evaluation.Scored evaluated = Evaluation.score(
                spark,
                EvaluationRequestBuilder.builder()
                        .metrics(List.of())
                        .model(model)
                        .network(NetworkChoice.of(""))
                        .data(data)
                        .split(Optional.empty())
                        .transforms(new Transforms(List.of()))
                        .batch(SmallScoring.BATCH)
                        .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                        .threads(1)
                        .tasks(2)
                        .build(),
                (done, rows) -> {});
        assertThat(scores.right()).isEqualTo(evaluated.result().top1()).isBetween(1L, SmallScoring.ROWS - 1L);
        List<Scores.Row> rows = read("figures");
        assertThat(rows).hasSize(SmallScoring.ROWS);
        assertThat(rows.stream().mapToLong(Scores.Row::id).toArray())
                .isEqualTo(
                        java.util.stream.LongStream.range(0, SmallScoring.ROWS).toArray());
        List<Confusion.Count> counts = Confusion.add(rows.stream()
                .map(row -> new Confusion.Count(row.label(), row.best().orElseThrow(), 1))
                .toList());
        assertThat(counts).isEqualTo(evaluated.confusion().counts());
    }

    /** Against plain Java, of an engine that is asked here. */
    @ParameterizedTest
    @CsvSource({"toy, 2", "nd4j, 4"})
    void whatIsStoredIsWhatTheNetworkSays(String engineName, int top) throws Exception {
        String few = SmallScoring.data(directory.resolve("few-" + engineName), 100);
        String name = "stored-" + engineName;
        ScoreDescription scores = run(request(name)
                .with()
                .data(few)
                .top(top)
                .features(true)
                .engine(new EngineChoice(engineName, "cpu"))
                .build());
        List<Group> rows = rows(scores, name);
        assertThat(scores.plan().features()).isEqualTo(84);
        Network network = SmallScoring.description().build();
        EngineOptions options = new EngineOptions(Device.CPU, 1, LabelSmoothing.NONE, Frozen.NOTHING);
        try (Engine engine = Engines.find(engineName, Device.CPU).compile(network, options);
                EvaluationReader reader = new EvaluationReader(
                        DataSet.open(new Configuration(), few),
                        new Transforms(SmallScoring.description().transforms()),
                        0,
                        100,
                        SmallScoring.BATCH,
                        PipelineOptions.defaults())) {
            float[] flat = StoredModel.read(new Configuration(), model, SmallScoring.description())
                    .values();
            engine.setParameters(flat);
            int at = 0;
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                float[] logits = engine.predict(next.get());
                for (int i = 0; i < next.get().examples(); i++, at++) {
                    float[] own = Arrays.copyOfRange(logits, i * DrawnData.CLASSES, (i + 1) * DrawnData.CLASSES);
                    assertRow(rows.get(at), own, top);
                    if (engineName.equals("nd4j")) {
                        assertFeatures(rows.get(at), own, flat);
                    }
                }
            }
            assertThat(at).isEqualTo(100).isEqualTo(rows.size());
        }
    }

    private static void assertRow(Group row, float[] logits, int top) {
        boolean[] taken = new boolean[logits.length];
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        for (float logit : logits) {
            sum += StrictMath.exp(logit - largest);
        }
        Group classes = row.getGroup("classes", 0);
        Group probabilities = row.getGroup("probabilities", 0);
        assertThat(classes.getFieldRepetitionCount("list")).isEqualTo(top);
        for (int k = 0; k < top; k++) {
            int best = -1;
            for (int c = 0; c < logits.length; c++) {
                best = !taken[c] && (best < 0 || logits[c] > logits[best]) ? c : best;
            }
            taken[best] = true;
            assertThat(classes.getGroup("list", k).getInteger("element", 0)).isEqualTo(best);
            assertThat(probabilities.getGroup("list", k).getFloat("element", 0))
                    .isEqualTo((float) (StrictMath.exp(logits[best] - largest) / sum));
        }
        assertThat(row.getFieldRepetitionCount("problem")).isZero();
    }

    /** The last layer of these features, computed here, gives the network's logits. */
    private static void assertFeatures(Group row, float[] logits, float[] flat) {
        Group features = row.getGroup("features", 0);
        int count = features.getFieldRepetitionCount("list");
        assertThat(count).isEqualTo(84);
        int bias = flat.length - DrawnData.CLASSES;
        int weights = bias - DrawnData.CLASSES * count;
        for (int c = 0; c < DrawnData.CLASSES; c++) {
            double sum = flat[bias + c];
            for (int i = 0; i < count; i++) {
                sum += (double) flat[weights + c * count + i]
                        * features.getGroup("list", i).getFloat("element", 0);
            }
            assertThat(logits[c]).isCloseTo((float) sum, org.assertj.core.api.Assertions.within(1e-4f));
        }
    }

    @Test
    void theSameWordsFindEverythingDone() throws IOException {
        ScoringRequest request = request("again");
        run(request);
        Path part = directory.resolve("again").resolve("scores-00001-of-00005.parquet");
        FileTime written = Files.getLastModifiedTime(part);
        Map<String, String> files = SmallScoring.files(directory.resolve("again"));
        Files.delete(directory.resolve("again").resolve("_SUCCESS"));
        ScoringJob.Scored again = ScoringJob.run(spark, request, (done, rows) -> {});
        assertThat(again.before()).isEqualTo(SmallScoring.ROWS);
        assertThat(Files.getLastModifiedTime(part)).isEqualTo(written);
        assertThat(SmallScoring.files(directory.resolve("again"))).isEqualTo(files);
    }

    @Test
    void rowsThatCannotBeDecodedSaySoAndTheOthersGoOn() throws IOException {
        Path pictures = directory.resolve("pictures");
        String encoded = pictures(pictures, 40, List.of(3, 17));
        String whole = pictures(directory.resolve("whole"), 40, List.of());
        ScoreDescription scores =
                run(request("problems").with().data(encoded).features(true).build());
        ScoreDescription undisturbed =
                run(request("none").with().data(whole).features(true).build());
        assertThat(scores.problems()).isEqualTo(2);
        assertThat(undisturbed.problems()).isZero();
        List<Group> rows = rows(scores, "problems");
        List<Group> others = rows(undisturbed, "none");
        List<Scores.Row> read = read("problems");
        for (int i = 0; i < 40; i++) {
            Group row = rows.get(i);
            assertThat(row.getLong("id", 0)).isEqualTo(i);
            if (i == 3 || i == 17) {
                assertThat(row.getFieldRepetitionCount("classes")).isZero();
                assertThat(row.getFieldRepetitionCount("probabilities")).isZero();
                assertThat(row.getFieldRepetitionCount("features")).isZero();
                assertThat(row.getString("problem", 0)).startsWith("the picture ");
                assertThat(read.get(i).best()).isEqualTo(OptionalInt.empty());
            } else {
                assertThat(row.toString()).isEqualTo(others.get(i).toString());
                assertThat(read.get(i).best()).isPresent();
            }
        }
    }

    /** Random PNG files, some of which are cut off in the middle. */
    private static String pictures(Path folder, int rows, List<Integer> broken) throws IOException {
        Files.createDirectories(folder);
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        List<ImageRow> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            byte[] pixels = new byte[32 * 32 * 3];
            new Random(i).nextBytes(pixels);
            byte[] png = PngWriter.write(pixels, 32, 32, 3, PictureIntake.Use.KEPT);
            all.add(new ImageRow(
                    i, broken.contains(i) ? new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2} : png, i % 4, 32, 32, 3));
        }
        DatasetInfo.DataFile written;
        try (DataFileWriter writer = new DataFileWriter(
                files,
                new org.apache.hadoop.fs.Path(folder.resolve("part-0.parquet").toUri()))) {
            writer.write(all);
            written = writer.finish();
        }
        DatasetInfo info = DatasetInfo.of(
                List.of("class 0", "class 1", "class 2", "class 3"),
                List.of(0.5, 0.5, 0.5),
                List.of(0.25, 0.25, 0.25),
                DatasetInfo.Encoding.ENCODED,
                32,
                32,
                3,
                List.of(written));
        Files.writeString(folder.resolve(DatasetInfo.FILE_NAME), info.toJson());
        return folder.toUri().toString();
    }

    @Test
    void whatCannotWorkIsRefusedInOneLine() throws IOException {
        assertThatThrownBy(() -> request("bad").with().top(0).build())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("top = 0");
        assertThatThrownBy(() -> request("bad").with().batch(0).build())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("batch = 0");
        assertRefused(request("bad").with().top(5).build(), "top = 5", "[1, 4]");
        assertRefused(request("bad").with().model(uri("nothing.safetensors")).build(), "nothing.safetensors");
        Path text = Files.writeString(directory.resolve("text.safetensors"), "this is no model at all");
        assertRefused(request("bad").with().model(text.toUri().toString()).build(), "text.safetensors");
        assertRefused(request("bad").with().data(uri("nowhere")).build(), "nowhere");
        String others = convoy.worker.data.format.RawData.write(
                directory.resolve("others"),
                List.of("a", "b"),
                List.of(new ImageRow(0, new byte[3072], 0, 32, 32, 3)),
                1);
        assertRefused(request("bad").with().data(others).build(), "2", "4");
        assertRefused(request("bad").with().to(data).build(), "are the same place");
        assertRefused(request("bad").with().to(data + "/scores").build(), "holds target");
        assertRefused(request("bad").with().to(directory.toUri().toString()).build(), "lies in target");
        assertRefused(request("bad").with().to(model).build(), "lies in target");
        assertThat(directory.resolve("bad")).doesNotExist();
    }

    @Test
    void aPlaceThatHoldsSomethingElseIsLeftAlone() throws IOException {
        Path taken = Files.createDirectories(directory.resolve("taken"));
        Files.writeString(taken.resolve("letter.txt"), "mine");
        assertRefused(request("taken"), "holds letter.txt");
        assertRefused(request("taken").with().overwrite(true).build(), "holds letter.txt");
        assertThat(SmallScoring.files(taken)).containsOnlyKeys("letter.txt");
        Path unknown = Files.createDirectories(directory.resolve("unknown"));
        Files.writeString(unknown.resolve("scores-00000-of-00001.parquet"), "?");
        assertRefused(request("unknown").with().overwrite(true).build(), "nobody knows");
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertRefused(request("file"), "is a file");
        assertThat(file).hasContent("x");
    }

    @Test
    void otherScoresAreRefusedOrReplaced() throws IOException {
        ScoringRequest request = request("other");
        run(request);
        Map<String, String> before = SmallScoring.files(directory.resolve("other"));
        String another = SmallScoring.model(directory.resolve("another.safetensors"), 2);
        assertRefused(request.with().model(another).build(), "holds other scores", "model SHA-256", "--overwrite");
        assertRefused(request.with().top(2).build(), "top 3, not 2");
        assertRefused(request.with().batch(32).build(), "batch 16, not 32");
        assertRefused(
                request.with()
                        .data(SmallScoring.data(directory.resolve("small"), 50))
                        .build(),
                "data sha256");
        assertThat(SmallScoring.files(directory.resolve("other"))).isEqualTo(before);
        run(request.with().model(another).overwrite(true).build());
        Map<String, String> after = SmallScoring.files(directory.resolve("other"));
        assertThat(after).hasSameSizeAs(before).isNotEqualTo(before);
        run(request("fresh").with().model(another).build());
        assertThat(SmallScoring.files(directory.resolve("fresh"))).isEqualTo(after);
    }

    @Test
    void aPartOfAnotherScoringIsNotTaken() throws IOException {
        run(request("source"));
        run(request("mixed"));
        Path mixed = directory.resolve("mixed");
        Files.delete(mixed.resolve("scores-00002-of-00005.parquet"));
        assertRefused(request("mixed"), "lacks scores-00002-of-00005.parquet");
        Files.writeString(mixed.resolve("scores-00002-of-00005.parquet"), "too short");
        assertRefused(request("mixed"), "lacks scores-00002-of-00005.parquet");
        assertThatThrownBy(() -> read("mixed"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("not as long as score.json says");
        assertThatThrownBy(() -> read("nowhere"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("have no score.json");
    }
}
