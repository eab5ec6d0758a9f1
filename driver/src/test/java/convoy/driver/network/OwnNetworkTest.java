package convoy.driver.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.edit.Edit;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.file.NetworkFile;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Dense;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.yaml.YamlText;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that the catalogue has no name for, from its file to its model, whatever becomes of the file. */
final class OwnNetworkTest {
    private static final String OWN = """
            name: own
            input: 3x32x32
            classes: 10
            parameters: {width: 4}
            layers:
              - {name: conv, kind: convolution, out: =width, kernel: 3, stride: 2}
              - {name: bn, kind: batch-norm}
              - relu
              - adaptive-average-pool
              - flatten
              - {name: drop, kind: dropout, probability: 0.5}
              - {name: fc, kind: dense, out: =classes}
            """;

    private final Path directory;
    private final String train;
    private final String validation;
    private final Configuration hadoop = new Configuration();

    OwnNetworkTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.train = DrawnData.write(directory.resolve("train"), 60, 1);
        this.validation = DrawnData.write(directory.resolve("validation"), 30, 2);
        Files.writeString(file(), OWN);
    }

    private Path file() {
        return directory.resolve("own.yaml");
    }

    private RunConfiguration run(String name, NetworkChoice network) {
        return SmallConfiguration.on(
                        SmallConfiguration.of(name, directory, train, validation, ToyEngineProvider.NAME), 1, 1)
                .withNetwork(network);
    }

    private NetworkChoice own(String... parameters) {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            given.put(parameters[i], parameters[i + 1]);
        }
        return NetworkChoice.ofFile(file().toUri().toString()).withParameters(new TreeMap<>(given));
    }

    private static TrainingResult train(SparkApplication spark, RunConfiguration run, Optional<Long> stopAfterStep) {
        return SparkTraining.run(
                spark, run, new TrainingOptions(written -> "", stopAfterStep), new TrainingListener() {});
    }

    private static byte[] model(TrainingResult result) throws IOException {
        return Files.readAllBytes(Path.of(URI.create(result.exports().get(0))));
    }

    @Test
    void aRunGoesOnWithoutItsFileAndItsModelSaysAllOfItself() throws IOException {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "own network", Map.of("spark.ui.enabled", "false"), new RunSize(1, 1, 0))) {
            TrainingResult whole = train(spark, run("whole", own("width", "6")), Optional.empty());
            assertThat(whole.outcome()).isEqualTo(Outcome.COMPLETED);
            train(spark, run("cut", own("width", "6")), Optional.of(2L));
            Files.delete(file());
            assertThat(model(train(spark, run("cut", own("width", "6")), Optional.empty())))
                    .isEqualTo(model(whole));

            ModelDescription described =
                    StoredModel.describe(hadoop, whole.exports().get(0), Optional.empty());
            Network network = NetworkFile.read("own", OWN, new TreeMap<>(Map.of("width", "6")))
                    .build(NetworkArguments.defaults().withClasses(described.classes()));
            assertThat(described.network()).isEqualTo("own");
            assertThat(described.build().fingerprint()).isEqualTo(network.fingerprint());
            EvaluationResult scored = Evaluation.run(
                    spark,
                    EvaluationRequestBuilder.builder()
                            .metrics(List.of())
                            .model(whole.exports().get(0))
                            .network(own("width", "6"))
                            .data(validation)
                            .transforms(new Transforms(List.of()))
                            .batch(4)
                            .engine(new EngineChoice(ToyEngineProvider.NAME, "cpu"))
                            .threads(1)
                            .tasks(1)
                            .build(),
                    (rows, all) -> {});
            assertThat(Optional.of(scored)).isEqualTo(whole.evaluation());

            // What a run has kept is a network for others, too.
            NetworkChoice kept = NetworkChoice.ofFile(
                    directory.resolve("runs/whole/network.json").toUri().toString());
            assertThat(model(train(spark, run("again", kept), Optional.empty())))
                    .isEqualTo(model(whole));
            RunConfiguration inPlace = KeptNetwork.inPlaceOfFile(
                    hadoop, directory.resolve("runs/whole").toUri().toString(), run("whole", own("width", "6")));
            assertThat(ResolvedRun.resolve(hadoop, inPlace).determinants(Optional.empty()))
                    .isEqualTo(ResolvedRun.resolve(hadoop, run("new", kept)).determinants(Optional.empty()));

            Files.writeString(file(), OWN);
            assertThatThrownBy(() -> train(spark, run("cut", own("width", "8")), Optional.empty()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("network.fingerprint")
                    .hasMessageNotContaining("\n");
        }
    }

    private void refused(NetworkChoice network, String... parts) {
        assertThatThrownBy(() -> ResolvedRun.resolve(hadoop, run("refused", network)))
                .isInstanceOf(BadInputException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(parts));
    }

    @Test
    void aNetworkOfTheCatalogueOfAnotherSizeIsKept() {
        NetworkChoice narrow = NetworkChoice.of("resnet20_cifar").withParameters(new TreeMap<>(Map.of("width", "0.5")));
        ResolvedRun resolved = ResolvedRun.resolve(hadoop, run("narrow", narrow));
        assertThat(resolved.network().name()).isEqualTo("resnet20_cifar-width0.5");
        assertThat(resolved.keptNetwork().orElseThrow().network()).isEqualTo(resolved.network());
        assertThat(resolved.network().parameterCount())
                .isLessThan(ResolvedRun.resolve(hadoop, run("plain", NetworkChoice.of("resnet20_cifar")))
                                .network()
                                .parameterCount()
                        / 3);
    }

    @Test
    void anEditOfInitialValuesIsPartOfTheIdentity() {
        NetworkChoice plain = NetworkChoice.of("resnet20_cifar")
                .withEdits(List.of(new Edit.Set(
                        "*",
                        Optional.of("batch-norm"),
                        Map.of("momentum", new Value.Scalar("0.2", Value.Scalar.Kind.NUMBER, new Place("", 0))))));
        List<Edit> edits = new ArrayList<>(plain.edits());
        edits.add(new Edit.Initialize(
                "*", Optional.empty(), Optional.of(Edit.Scheme.XAVIER_UNIFORM), Optional.empty(), Optional.empty()));
        SortedMap<String, String> before =
                ResolvedRun.resolve(hadoop, run("plain", plain)).determinants(Optional.empty());
        SortedMap<String, String> after = ResolvedRun.resolve(hadoop, run("drawn", plain.withEdits(edits)))
                .determinants(Optional.empty());
        assertThat(after.get("network.fingerprint")).isEqualTo(before.get("network.fingerprint"));
        assertThat(after).containsKey("network.initialization").isNotEqualTo(before);
        assertThat(before).doesNotContainKey("network.initialization");
    }

    @Test
    void whatIsNoNetworkIsRefusedInLines() throws IOException {
        refused(own("widht", "6"), "widht is no parameter", "did you mean width?");
        refused(
                own().withAuxiliaryHeads(false),
                "network.auxiliary-heads = false, own has no auxiliary head: leave it out");
        refused(own().withZeroInitializedBranches(true), "has no residual branch");
        refused(NetworkChoice.ofFile(file().toUri() + "2"), "own.yaml2", "does not exist");
        Files.write(file(), new byte[] {(byte) 0xff, 0, 1});
        refused(own(), "is no text in UTF-8");
        Files.writeString(file(), "name: [");
        refused(own(), "is not YAML");
        Files.writeString(directory.resolve("network.json"), "{\"format\": 7, \"network\": {}}");
        refused(
                NetworkChoice.ofFile(directory.resolve("network.json").toUri().toString()),
                "format = 7, this version reads format 1");
        refused(
                NetworkChoice.of("vgg11").withParameters(new TreeMap<>(Map.of("width", "6"))),
                "network.parameters = width, and vgg11 comes in one size");
        assertThatThrownBy(() -> NetworkChoice.ofOnnx("x.onnx").withParameters(new TreeMap<>(Map.of("width", "6"))))
                .hasMessageContaining("and an ONNX model has none");
        assertThatThrownBy(() -> NetworkChoice.of("vgg11").withFile(Optional.of("x.yaml")))
                .hasMessageContaining("network.name = vgg11, and network.file gives a network as well");
    }

    @Test
    void partsOfTheRunFileApplyToItAsToTheCatalogues() {
        Network plain = ResolvedRun.resolve(hadoop, run("plain", own())).network();
        assertThat(plain.nodes()).hasSize(7);
        assertThat(ResolvedRun.resolve(hadoop, run("dry", own().withDropout(false)))
                        .network()
                        .nodes())
                .hasSize(6);
        assertThat(plain.classes()).isEqualTo(DrawnData.CLASSES);
        Network sliding = ResolvedRun.resolve(hadoop, run("wide", own().withDenseToConvolution(true)))
                .network();
        assertThat(sliding.nodes()).noneMatch(node -> node.operation() instanceof Dense);
    }

    private static List<Edit> edits(String yaml) {
        Problems problems = new Problems();
        return Codec.listOf(Edit.class).readWritten(YamlText.readFile("run.yaml", yaml, problems), problems);
    }

    @Test
    void anEditedNetworkOfTheCatalogueIsOneOfItsOwn() {
        NetworkChoice choice =
                NetworkChoice.of("resnet20_cifar").withEdits(edits("[{kind: replace, at: '*', of: relu, with: silu}]"));
        ResolvedRun resolved = ResolvedRun.resolve(hadoop, run("edited", choice));
        ModelDescription model = ModelDescription.of(resolved);
        assertThat(model.network()).isEqualTo("resnet20_cifar-edited");
        assertThat(ModelDescription.fromMetadata(model.toMetadata(), "model")).contains(model);
        assertThat(model.build().fingerprint())
                .isEqualTo(resolved.network().fingerprint())
                .isNotEqualTo(ResolvedRun.resolve(hadoop, run("plain", NetworkChoice.of("resnet20_cifar")))
                        .network()
                        .fingerprint());
        NetworkChoice zeroed = choice.withZeroInitializedBranches(true);
        assertThat(ResolvedRun.resolve(hadoop, run("zeroed", zeroed)).network().initialization())
                .isNotEqualTo(resolved.network().initialization());
        refused(choice.withHeads(new TreeMap<>(Map.of("aux1", 0.1))), "network.heads.aux1", "no head aux1");
        refused(
                own().withEdits(edits("[{kind: delete, at: convv}]")),
                "network.edits.0.at = 'convv'",
                "did you mean conv?");
    }
}
