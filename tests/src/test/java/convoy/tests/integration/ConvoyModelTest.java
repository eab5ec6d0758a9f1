package convoy.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.tensor.Shape;
import convoy.driver.evaluation.PictureModel;
import convoy.driver.evaluation.Prediction;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.ml.ConvoyModel;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.PngWriter;
import convoy.worker.data.transform.Normalize;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model as a part of Spark ML and as a function of SQL, in a session that knows nothing of Convoy. */
final class ConvoyModelTest {
    private static final int PICTURES = 75;
    private static final int NULL = 5;
    private static final int BROKEN = 9;
    private static final StructType SCHEMA =
            new StructType().add("id", DataTypes.IntegerType).add("image", DataTypes.BinaryType);

    private static SparkSession session;
    private static Path directory = Path.of("");
    private static String model = "";

    @BeforeAll
    static void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        Files.createDirectories(directory.resolve("pictures"));
        for (int i = 0; i < PICTURES; i++) {
            byte[] file = i == BROKEN ? new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3, 4, 5, 6, 7, 8} : picture(i);
            Files.write(path(i), file);
        }
        List<Double> mean = List.of(0.5, 0.4, 0.6);
        List<Double> std = List.of(0.25, 0.2, 0.3);
        ModelDescription description = ModelDescription.of("lenet5", 4, new Shape.Image(3, 32, 32), mean, std)
                .withTransforms(List.of(new Normalize(mean, std)))
                .withClassNames(List.of("cat", "dog", "emu", "fox"));
        Path file = directory.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            new StoredModel(description, 7, description.build().initialize(3))
                    .writeSafetensors(out, Safetensors.Precision.F32, true);
        }
        model = file.toUri().toString();
        session = SparkSession.builder()
                .master("local[3]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        session.close();
    }

    private static byte[] picture(int id) {
        byte[] pixels = new byte[32 * 32 * 3];
        new Random(id).nextBytes(pixels);
        return PngWriter.write(pixels, 32, 32, 3, PictureIntake.Use.KEPT);
    }

    private static Path path(int id) {
        return directory.resolve("pictures").resolve(String.format("%03d.png", id));
    }

    /** Bytes of files, one of which is null and one no picture. */
    private static Dataset<Row> frame(int partitions) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            rows.add(RowFactory.create(i, i == NULL ? null : Files.readAllBytes(path(i))));
        }
        return session.createDataFrame(rows, SCHEMA).repartition(partitions);
    }

    private static List<Row> byId(Dataset<Row> frame) {
        List<Row> rows = frame.collectAsList().stream()
                .sorted(Comparator.comparingInt(row -> row.<Integer>getAs("id")))
                .toList();
        assertThat(rows).hasSize(PICTURES);
        return rows;
    }

    private static String text(Row row, String column) {
        return String.valueOf(row.<Object>getAs(column));
    }

    @Test
    void rowsHaveTheSameBitsInAnyPartitionAndBadOnesSaySo() throws IOException {
        ConvoyModel transformer = ConvoyModel.load(model).setTopK(2);
        List<Row> one = byId(transformer.transform(frame(1)));
        List<Row> many = byId(transformer.transform(frame(7)));
        for (int id = 0; id < PICTURES; id++) {
            Row row = one.get(id);
            for (String column : List.of("prediction", "probability", "top", "problem")) {
                assertThat(text(row, column)).as(column + " of " + id).isEqualTo(text(many.get(id), column));
            }
            boolean bad = id == NULL || id == BROKEN;
            assertThat(row.isNullAt(row.fieldIndex("prediction"))).isEqualTo(bad);
            assertThat(row.isNullAt(row.fieldIndex("probability"))).isEqualTo(bad);
            assertThat(row.isNullAt(row.fieldIndex("top"))).isEqualTo(bad);
            assertThat(row.isNullAt(row.fieldIndex("problem"))).isEqualTo(!bad);
        }
        assertThat(text(one.get(NULL), "problem")).contains("null");
        assertThat(text(one.get(BROKEN), "problem")).startsWith("the picture ");
        try (Prediction prediction = Prediction.open(
                new Configuration(), model, Optional.empty(), new EngineChoice("nd4j", "cpu"), Orientation.AS_STORED)) {
            for (int id = 20; id < 30; id++) {
                List<PictureModel.Guess> guesses =
                        prediction.predict(path(id).toUri().toString(), 4);
                Row row = one.get(id);
                assertThat(row.<Double>getAs("prediction"))
                        .isEqualTo((double) guesses.get(0).index());
                Vector probabilities = row.getAs("probability");
                for (PictureModel.Guess guess : guesses) {
                    assertThat(probabilities.apply(guess.index())).isCloseTo(guess.probability(), within(1e-5));
                }
                Row best = row.<Row>getList(row.fieldIndex("top")).get(0);
                assertThat(best.<String>getAs("name")).isEqualTo(guesses.get(0).name());
            }
        }
    }

    @Test
    void picturesAreBytesPathsOrImagesOfSpark() throws IOException {
        List<Row> bytes = byId(ConvoyModel.load(model).transform(frame(2)));
        List<Row> paths = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            paths.add(RowFactory.create(i, path(i).toUri().toString()));
        }
        paths.set(
                NULL,
                RowFactory.create(NULL, directory.resolve("gone.png").toUri().toString()));
        StructType schema = new StructType().add("id", DataTypes.IntegerType).add("file", DataTypes.StringType);
        List<Row> byPath =
                byId(ConvoyModel.load(model).setInputCol("file").transform(session.createDataFrame(paths, schema)));
        assertThat(text(byPath.get(NULL), "problem")).contains("gone.png");
        Dataset<Row> images = session.read()
                .format("image")
                .load(directory.resolve("pictures").toUri().toString())
                .selectExpr("cast(substring(image.origin, -7, 3) AS int) AS id", "image");
        List<Row> decoded = byId(ConvoyModel.load(model).transform(images));
        assertThat(text(decoded.get(BROKEN), "problem")).contains("no image of Spark's");
        for (int id = 0; id < PICTURES; id++) {
            String expected = text(bytes.get(id), "probability");
            if (id != NULL) {
                assertThat(text(byPath.get(id), "probability")).as("path " + id).isEqualTo(expected);
                assertThat(text(decoded.get(id), "probability"))
                        .as("image " + id)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aFunctionOfSql() throws IOException {
        ConvoyModel.register(session, "classify", model);
        frame(3).createOrReplaceTempView("pictures");
        List<Row> expected = byId(ConvoyModel.load(model).transform(frame(1)));
        List<Row> rows = session.sql(
                        "SELECT id, c.class, c.name, c.probability, c.problem FROM (SELECT id, classify(image) AS c FROM pictures)")
                .collectAsList();
        assertThat(rows).hasSize(PICTURES);
        for (Row row : rows) {
            Row other = expected.get(row.getInt(0));
            boolean bad = row.getInt(0) == NULL || row.getInt(0) == BROKEN;
            assertThat(row.isNullAt(1)).isEqualTo(bad);
            assertThat(row.isNullAt(4)).isEqualTo(!bad);
            if (!bad) {
                assertThat((double) row.getInt(1)).isEqualTo(other.<Double>getAs("prediction"));
                assertThat(row.getString(2))
                        .isEqualTo(List.of("cat", "dog", "emu", "fox").get(row.getInt(1)));
            }
        }
        assertThat(session.sql("SELECT classify(cast(null AS binary)).problem")
                        .first()
                        .getString(0))
                .contains("null");
    }

    @Test
    void itIsCopiedSavedAndPartOfAPipeline() throws IOException {
        ConvoyModel transformer = ConvoyModel.load(model).setOutputCol("animal").setBatchSize(16);
        assertThat(transformer
                        .copy(org.apache.spark.ml.param.ParamMap.empty())
                        .transformSchema(SCHEMA)
                        .fieldNames())
                .containsExactly("id", "image", "animal", "probability", "problem");
        String saved = directory.resolve("pipeline").toUri().toString();
        PipelineModel pipeline =
                new Pipeline().setStages(new PipelineStage[] {transformer}).fit(frame(1));
        pipeline.write().overwrite().save(saved);
        List<Row> before = byId(pipeline.transform(frame(2)));
        List<Row> after = byId(PipelineModel.load(saved).transform(frame(2)));
        for (int id = 0; id < PICTURES; id++) {
            assertThat(after.get(id).toString().replaceAll("\\[B@\\w+", ""))
                    .isEqualTo(before.get(id).toString().replaceAll("\\[B@\\w+", ""));
        }
    }

    @Test
    void whatCannotWorkIsRefusedInOneLine() throws IOException {
        refused(
                () -> ConvoyModel.load(
                        directory.resolve("none.safetensors").toUri().toString()),
                "none.safetensors");
        refused(() -> ConvoyModel.load(path(1).toUri().toString()), "001.png");
        ConvoyModel transformer = ConvoyModel.load(model);
        Dataset<Row> frame = frame(1);
        refused(() -> transformer.copy(none()).setInputCol("photo").transform(frame), "inputCol = photo");
        refused(() -> transformer.copy(none()).setInputCol("id").transform(frame), "inputCol = id is of type int");
        refused(() -> transformer.copy(none()).setOutputCol("id").transform(frame), "column id is there already");
        refused(() -> transformer.copy(none()).setBatchSize(20).transform(frame), "batchSize = 20");
        refused(() -> transformer.copy(none()).setBatchSize(0).transform(frame), "batchSize = 0");
        refused(() -> transformer.copy(none()).setTopK(5).transform(frame), "topK = 5");
        refused(() -> transformer.copy(none()).setThreads(0).transform(frame), "threads = 0");
        refused(() -> transformer.copy(none()).setEngine("abacus").transform(frame), "abacus");
    }

    private static org.apache.spark.ml.param.ParamMap none() {
        return org.apache.spark.ml.param.ParamMap.empty();
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
        assertThatThrownBy(call)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }
}
