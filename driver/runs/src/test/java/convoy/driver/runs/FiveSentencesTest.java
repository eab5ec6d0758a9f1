package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.errorprone.annotations.Immutable;
import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.evaluation.Prediction;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.model.ExportForm;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.ModelExport;
import convoy.driver.model.StoredModel;
import convoy.driver.model.TensorFit;
import convoy.driver.replacing.Place;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.storage.ClosedFileSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is absent, may not be read, is empty, is a folder (or a file where a folder belongs) and is of another format gets a sentence of
 * its own, at every place where the driver reads something.
 */
final class FiveSentencesTest {
    private static final Network NETWORK =
            Catalogue.build("lenet5", NetworkArguments.defaults().withClasses(4).withInput(new Shape.Image(3, 32, 32)));

    /** What may be wrong with what is to be read, and the words that say so and nothing else. */
    private enum Wrong {
        ABSENT("does not exist"),
        CLOSED("may not be read"),
        EMPTY("empty"),
        OTHER_KIND(" is a f"),
        OTHER_FORMAT("");

        final String said;

        Wrong(String said) {
            this.said = said;
        }
    }

    /** Reads what a place has. */
    @Immutable
    private interface Reading {
        void read(Configuration hadoop, String directory) throws Exception;
    }

    /** A place, what is there, and who reads it. */
    private enum Reader {
        DATA_SET("data", false, "has no dataset.json", (hadoop, in) -> DataSet.open(hadoop, in + "/data")),
        DESCRIPTION("data/dataset.json", true, "is not JSON", (hadoop, in) -> DataSet.open(hadoop, in + "/data")),
        DATA_FILE("data/part-0.parquet", true, "no whole Parquet file", FiveSentencesTest::readRows),
        WEIGHTS("weights.bin", true, "safetensors", (hadoop, in) -> use(hadoop, in + "/weights.bin")),
        MODEL("model.safetensors", true, "safetensors", (hadoop, in) -> predict(hadoop, in + "/model.safetensors", "")),
        MODEL_OF_A_FOLDER("run", false, "", (hadoop, in) -> use(hadoop, in + "/run")),
        PICTURE("p.png", true, "JPEG", (hadoop, in) -> predict(hadoop, in + "/model.safetensors", in + "/p.png")),
        RUN(
                "run",
                false,
                "no whole checkpoint",
                (hadoop, in) ->
                        ModelExport.run(hadoop, in + "/run", ExportForm.of(ExportFormat.SAFETENSORS), in + "/x")),
        RUNS("runs", false, "", (hadoop, in) -> RunDirectory.open(hadoop, in + "/runs", "name")),
        MANIFEST(
                "run/checkpoints/step-00000001/manifest.json",
                true,
                "",
                (hadoop, in) ->
                        ModelExport.run(hadoop, in + "/run", ExportForm.of(ExportFormat.SAFETENSORS), in + "/x")),
        TARGET(
                "to",
                false,
                "holds file.bin and no dataset.json",
                (hadoop, in) -> Place.prepare(hadoop, in + "/data", in + "/to", false)),
        OLD_DATA_SET(
                "old/dataset.json",
                true,
                "is not JSON",
                (hadoop, in) -> Place.prepare(hadoop, in + "/data", in + "/old", true)),
        WHITENED("other", false, "has no dataset.json", (hadoop, in) -> DataSet.open(hadoop, in + "/data")
                .requireWhitening(Transforms.of(new Zca(in + "/other"))));

        final String place;
        final boolean file;
        final String otherFormat;
        final Reading reading;

        Reader(String place, boolean file, String otherFormat, Reading reading) {
            this.place = place;
            this.file = file;
            this.otherFormat = otherFormat;
            this.reading = reading;
        }

        /** Some things are not asked for, or are told otherwise because more is known of them. */
        boolean concerns(Wrong wrong) {
            return switch (this) {
                case DATA_SET, WEIGHTS, MODEL, PICTURE, RUN, WHITENED -> true;
                // A file would be a model too.
                case MODEL_OF_A_FOLDER -> wrong == Wrong.ABSENT || wrong == Wrong.CLOSED || wrong == Wrong.EMPTY;
                // Whoever names the folder has named the file; a data set's description says how long its files are.
                case DESCRIPTION -> wrong == Wrong.CLOSED || wrong == Wrong.EMPTY || wrong == Wrong.OTHER_FORMAT;
                case DATA_FILE, OLD_DATA_SET -> wrong == Wrong.CLOSED || wrong == Wrong.OTHER_FORMAT;
                // What is not there is made.
                case RUNS -> wrong == Wrong.CLOSED || wrong == Wrong.OTHER_KIND;
                case TARGET -> wrong == Wrong.CLOSED || wrong == Wrong.OTHER_KIND || wrong == Wrong.OTHER_FORMAT;
                case MANIFEST -> wrong == Wrong.CLOSED;
            };
        }
    }

    private Path directory = Path.of("");

    @BeforeEach
    void makeEverything(@TempDir Path temporary) throws IOException {
        directory = temporary;
        DrawnData.write(directory.resolve("data"), 8, 1);
        ModelDescription description = ModelDescription.of(
                        "lenet5", 4, new Shape.Image(3, 32, 32), List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5))
                .with()
                .transforms(List.of(new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5))))
                .stored(Optional.of(new Shape.Image(3, 32, 32)))
                .build();
        try (OutputStream out = Files.newOutputStream(directory.resolve("model.safetensors"))) {
            new StoredModel(description, 1, NETWORK.initialize(1))
                    .writeSafetensors(out, Safetensors.Precision.F32, false);
        }
        Files.copy(directory.resolve("model.safetensors"), directory.resolve("weights.bin"));
        Files.createDirectories(directory.resolve("run/checkpoints/step-00000001"));
        Files.writeString(directory.resolve("run/checkpoints/step-00000001/manifest.json"), "{}");
        Files.createDirectories(directory.resolve("runs"));
        Files.createDirectories(directory.resolve("to"));
        Files.createDirectories(directory.resolve("other"));
        DrawnData.write(directory.resolve("old"), 8, 1);
        Files.writeString(directory.resolve("p.png"), "no picture");
    }

    @AfterEach
    void open() {
        ClosedFileSystem.close(path -> false);
    }

    static Stream<Arguments> all() {
        return Stream.of(Reader.values())
                .flatMap(reader ->
                        Stream.of(Wrong.values()).filter(reader::concerns).map(wrong -> Arguments.of(reader, wrong)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachSaysWhichItIs(Reader reader, Wrong wrong) throws IOException {
        Path place = directory.resolve(reader.place);
        ruin(place, reader.file, wrong);
        Throwable thrown =
                catchThrowable(() -> reader.reading.read(ClosedFileSystem.configuration(), "closed://" + directory));
        assertThat(thrown).isInstanceOf(BadInputException.class);
        String said = String.valueOf(thrown.getMessage()).replace(directory.toString(), "");
        assertThat(said)
                .contains("/" + reader.place.replaceFirst("/checkpoints.*", ""))
                .contains(wrong == Wrong.OTHER_FORMAT ? reader.otherFormat : wrong.said)
                .hasLineCount(1);
        for (Wrong other : Wrong.values()) {
            if (other != wrong && other != Wrong.OTHER_FORMAT) {
                assertThat(said).doesNotContain(other.said);
            }
        }
    }

    private static void ruin(Path place, boolean file, Wrong wrong) throws IOException {
        if (wrong == Wrong.CLOSED) {
            ClosedFileSystem.close(place.toString()::equals);
            return;
        }
        long length = Files.isRegularFile(place) ? Files.size(place) : 0;
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        boolean asFile = file ? wrong == Wrong.EMPTY || wrong == Wrong.OTHER_FORMAT : wrong == Wrong.OTHER_KIND;
        byte[] other = new byte[(int) Math.max(64, length)];
        Arrays.fill(other, (byte) 0xfe);
        if (asFile) {
            Files.write(place, wrong == Wrong.EMPTY ? new byte[0] : other);
        } else if (wrong != Wrong.ABSENT) {
            Files.createDirectories(place);
            if (wrong != Wrong.EMPTY) {
                Files.write(place.resolve("file.bin"), other);
            }
        }
    }

    private static void use(Configuration hadoop, String uri) {
        StoredModel.use(hadoop, uri, files -> {
            TensorFit.of(files, NETWORK).requireAll();
            return StoredModel.values(files, NetworkLayout.of(NETWORK));
        });
    }

    private static void predict(Configuration hadoop, String model, String picture) {
        try (Prediction prediction = Prediction.open(
                hadoop,
                model,
                Optional.empty(),
                new EngineChoice(ToyEngineProvider.NAME, "cpu"),
                Orientation.AS_STORED)) {
            prediction.predict(picture, 1);
        }
    }

    private static void readRows(Configuration hadoop, String in) throws InterruptedException {
        DataSet data = DataSet.open(hadoop, in + "/data");
        try (EvaluationReader reader =
                new EvaluationReader(data, new Transforms(List.of()), 0, data.rows(), 4, PipelineOptions.defaults())) {
            reader.next();
        }
    }
}
