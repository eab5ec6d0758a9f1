package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.Wires;
import convoy.architectures.surgery.FullyConvolutional;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.CheckpointPlan;
import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.EvaluationPlan;
import convoy.driver.configuration.LearningRate;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Resources;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.driver.model.ModelDescription;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.records.BadInputException;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Zca;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResolvedRunTest {
    private final SmallRuns runs;
    private final RunConfiguration plain;

    ResolvedRunTest(@TempDir Path directory) throws IOException {
        runs = new SmallRuns(directory);
        plain = runs.configuration("run", 1, 1);
    }

    private static ResolvedRun resolve(RunConfiguration configuration) {
        return ResolvedRun.resolve(new Configuration(), configuration);
    }

    private static SortedMap<String, String> keys(RunConfiguration configuration) {
        return resolve(configuration).determinants(Optional.empty());
    }

    private RunConfiguration withData(List<Transform> transforms, List<Transform> evaluation) {
        return plain.withData(plain.data()
                .with()
                .transforms(transforms)
                .evaluationTransforms(evaluation)
                .build());
    }

    @Test
    void theDataDecidesWhatIsLeftOpen() {
        ResolvedRun run = resolve(plain);
        assertThat(run.network().classes()).isEqualTo(DrawnData.CLASSES);
        assertThat(run.network().input()).isEqualTo(new Shape.Image(3, 32, 32));
        assertThat(run.stepsPerEpoch()).isEqualTo(7);
        assertThat(run.steps()).isEqualTo(SmallRuns.STEPS);
        Normalize normalize = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));
        assertThat(run.transforms().steps()).containsExactly(new PadCrop(2), new Flip(0.5), normalize);
        assertThat(run.evaluationTransforms().steps()).containsExactly(normalize);
        assertThat(run.evaluations()).containsExactly(7L, 14L, 21L);
    }

    /** Its accuracy is 100 % before the first step. */
    @Test
    void oneClassCannotBeTrainedOn(@TempDir Path directory) throws IOException {
        String uri = DrawnData.write(directory.resolve("one"), 200, 1);
        Path description = Path.of(java.net.URI.create(uri)).resolve("dataset.json");
        String text = Files.readString(description).replaceFirst("\"fingerprint\"[^,]*,", "");
        Files.writeString(description, text.replaceFirst("\"classes\" *: *\\[[^\\]]*\\]", "\"classes\": [\"cat\"]"));
        RunConfiguration one = plain.withData(
                plain.data().with().train(uri).validation(Optional.empty()).build());
        assertThatThrownBy(() -> resolve(one))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has one class, cat, and any network is right about it: import");
    }

    /** What an older run file began goes on, which does not name them. */
    @Test
    void anotherPrecisionDecidesTheBitsAndSoDoesGivingUpDeterminism() {
        assertThat(keys(plain)).doesNotContainKeys("precision", "deterministic");
        RunConfiguration fast = plain.withComputation(new EngineChoice(ToyEngineProvider.NAME, "cpu")
                .with()
                .precision(Precision.BF16)
                .deterministic(false)
                .build());
        assertThat(keys(fast)).containsEntry("precision", "bf16").containsEntry("deterministic", "false");
        assertThatThrownBy(() -> resolve(plain).requireSameDeterminants(keys(fast), "file:/checkpoint"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("deterministic = true (it was false), engine-release = \"1\" (it was null),"
                        + " precision = fp32 (it was bf16), threads = 1 (it was null);");
    }

    /** Held-out images are whitened by the training data's whitening, so it must be there. */
    @Test
    void aWhiteningThatIsNotThereIsRefused() {
        assertThatThrownBy(() ->
                        resolve(withData(List.of(GlobalContrastNormalization.defaults(), Zca.defaults()), List.of())))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("zca: data set " + plain.data().train() + " has no whitening")
                .hasMessageContaining("convoy whiten");
    }

    @Test
    void heldOutImagesAreNormalizedAsTheConfigurationSays() {
        Normalize own = new Normalize(List.of(0.1, 0.1, 0.1), List.of(1.0, 1.0, 1.0));
        ResolvedRun run = resolve(withData(List.of(own), List.of()));
        assertThat(run.transforms().steps()).containsExactly(own);
        assertThat(run.evaluationTransforms().steps()).containsExactly(own);
        assertThat(resolve(withData(List.of(Normalize.defaults()), List.of()))
                        .transforms()
                        .steps())
                .containsExactly(new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25)));
    }

    @Test
    void checkpointsComeByEpochsAndBySteps() {
        ResolvedRun run = resolve(plain.withOutputs(plain.outputs()
                .with()
                .checkpoint(CheckpointPlan.defaults().withEverySteps(Optional.of(5L)))
                .evaluation(EvaluationPlan.defaults().withEveryEpochs(2))
                .build()));
        assertThat(run.nextCheckpoint(0, 21)).isEqualTo(5);
        assertThat(run.nextCheckpoint(5, 21)).isEqualTo(7);
        assertThat(run.nextCheckpoint(15, 21)).isEqualTo(20);
        assertThat(run.nextCheckpoint(20, 21)).isEqualTo(21);
        assertThat(run.nextCheckpoint(20, 30)).isEqualTo(21);
        assertThat(run.evaluations()).containsExactly(14L, 21L);
        SnapshotPlan plan = run.snapshots("file:/x", 6, 21);
        for (long version = 7; version <= 21; version++) {
            assertThat(plan.includes(version))
                    .as("version %s", version)
                    .isEqualTo(version % 5 == 0 || version % 7 == 0);
        }
    }

    @Test
    void withoutAPlanOnlyTheEndIsKept() {
        ResolvedRun run = resolve(SmallRuns.keeping(
                plain,
                CheckpointPlan.defaults()
                        .with()
                        .everyEpochs(Optional.empty())
                        .keep(1)
                        .build()));
        assertThat(run.nextCheckpoint(0, 21)).isEqualTo(21);
        assertThat(run.snapshots("file:/x", 0, 21))
                .isEqualTo(SnapshotPlan.to("file:/x").withVersions(List.of(21L)));
    }

    @Test
    void whatDoesNotFitTheDataIsRefusedInOneLine() {
        refused(plain.withNetwork(NetworkChoice.of("resnet20_cifar").withClasses(Optional.of(7))), "4 classes", "7");
        refused(
                plain.withNetwork(NetworkChoice.of("resnet20_cifar").withInput(Optional.of("3x28x28"))),
                "network.input = 3x28x28",
                "3x32x32");
        refused(plain.withNetwork(NetworkChoice.of("resnet21_cifar")), "resnet21_cifar", "resnet20_cifar");
        refused(withData(List.of(new Pad(2)), List.of(new Pad(3))), "data.evaluation-transforms", "3x38x38", "3x36x36");
        refused(plain.withData(DataChoice.of(runs.of("nowhere").toUri().toString())), "nowhere");
        refused(plain.withSteps(plain.steps().withMicroBatches(201)), "200", "201");
        refused(plain.withNetwork(NetworkChoice.of("alexnet")), "32");
        refused(
                cut("vgg11", false, true, Optional.empty()),
                "network.zero-initialized-branches = true",
                "vgg11 has no residual branch");
        refused(
                plain.withNetwork(NetworkChoice.of("vgg11").withAuxiliaryHeads(false)),
                "network.auxiliary-heads = false, vgg11 has no auxiliary head: leave it out");
        refused(
                cut("resnet20_cifar", false, false, Optional.of(Wires.defaults())),
                "are given for resnet20_cifar, which has no random graph");
        refused(cut("vgg11", true, false, Optional.empty()), "3x32x32 is too small, the least side is 224");
        refused(cut("densenet_cifar", true, false, Optional.of(Wires.defaults())), "no random graph");
    }

    private RunConfiguration cut(String network, boolean dense, boolean zero, Optional<Wires> wires) {
        return plain.withNetwork(NetworkChoice.of(network)
                .with()
                .denseToConvolution(dense)
                .zeroInitializedBranches(zero)
                .wires(wires)
                .build());
    }

    /** The driver's network, the workers' and the one that a stored model names are one and the same. */
    @Test
    void surgeriesReachTheNetworkAndAreHeldFast() {
        ResolvedRun whole = resolve(plain);
        ResolvedRun zeroed = resolve(cut("resnet20_cifar", false, true, Optional.empty()));
        assertThat(zeroed.network()).isEqualTo(whole.network().withZeroInitializedBranches());
        assertThatThrownBy(() -> zeroed.requireSameDeterminants(whole.determinants(Optional.empty()), "the checkpoint"))
                .hasMessageContaining("network.zero-initialized-branches = true (it was false)");

        ResolvedRun full = resolve(plain.withNetwork(NetworkChoice.of("googlenet")));
        ResolvedRun headless =
                resolve(plain.withNetwork(NetworkChoice.of("googlenet").withAuxiliaryHeads(false)));
        assertThat(headless.network().heads()).hasSize(1);
        assertThat(headless.network().parameterCount()).isEqualTo(full.network().parameterCountWithoutAuxiliary());
        assertThatThrownBy(
                        () -> headless.requireSameDeterminants(full.determinants(Optional.empty()), "the checkpoint"))
                .hasMessageContaining("network.fingerprint = ");
        assertThat(ModelDescription.of(headless).build().fingerprint())
                .isEqualTo(headless.network().fingerprint());

        ResolvedRun sliding = resolve(cut("resnet20_cifar", true, false, Optional.empty()));
        assertThat(sliding.network()).isEqualTo(FullyConvolutional.of(whole.network()));
        assertThatThrownBy(
                        () -> sliding.requireSameDeterminants(whole.determinants(Optional.empty()), "the checkpoint"))
                .hasMessageContaining("network.fingerprint = ");
        assertThat(ModelDescription.of(sliding).build().fingerprint())
                .isEqualTo(sliding.network().fingerprint());

        ResolvedRun wired =
                resolve(cut("randwire_ws", false, false, Optional.of(new Wires(2, Optional.of(12), Optional.of(8)))));
        assertThat(ModelDescription.of(wired).build().fingerprint())
                .isEqualTo(wired.network().fingerprint())
                .isNotEqualTo(resolve(cut(
                                "randwire_ws",
                                false,
                                false,
                                Optional.of(new Wires(3, Optional.of(12), Optional.of(8)))))
                        .network()
                        .fingerprint());
    }

    private static void refused(RunConfiguration configuration, String... parts) {
        assertThatThrownBy(() -> resolve(configuration))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    /** Their names are in manifests: another name for one is another format. */
    @Test
    void determinantsAreCalledWhatTheyWere() {
        SortedMap<String, String> keys = resolve(plain).determinants(Optional.of("avx512"));
        assertThat(keys)
                .containsOnlyKeys(
                        "clip-norm",
                        "data.train",
                        "data.transforms",
                        "device",
                        "engine",
                        "engine-release",
                        "label-smoothing",
                        "micro-batch",
                        "micro-batches",
                        "network.fingerprint",
                        "network.name",
                        "optimizer",
                        "processor",
                        "schedule",
                        "seed",
                        "threads",
                        "weight-decay.rate")
                .containsEntry("optimizer", "nesterov")
                .containsEntry("processor", "avx512")
                .containsEntry(
                        "data.transforms",
                        "[{kind: pad-crop, padding: 2}, flip, {kind: normalize, mean: [0.5, 0.5, 0.5],"
                                + " std: [0.25, 0.25, 0.25]}]");
    }

    @Test
    void onlyWhatDecidesTheBitsIsHeldFast() {
        ResolvedRun run = resolve(plain);
        RunConfiguration elsewhere = SmallRuns.keeping(
                plain.withResources(
                        Resources.defaults().with().workers(5).servers(3).build()),
                CheckpointPlan.defaults()
                        .with()
                        .everyEpochs(Optional.of(2))
                        .keep(9)
                        .build());
        resolve(elsewhere).requireSameDeterminants(run.determinants(Optional.empty()), "the checkpoint");

        RunConfiguration longer = SmallRuns.lasting(plain, 9);
        assertThatThrownBy(() ->
                        resolve(longer).requireSameDeterminants(run.determinants(Optional.empty()), "the checkpoint"))
                .as("a cosine reaches other rates when the run gets longer")
                .hasMessageContaining("schedule = ")
                .hasMessageNotContaining("seed")
                .hasMessageContaining("give the new run another name, which begins with what this one has learned by"
                        + " network.weights.from: " + plain.runs() + "/" + plain.name())
                .hasMessageContaining("a run that has ended cannot be made longer");
        LearningRate constant = LearningRate.defaults();
        resolve(SmallRuns.optimized(longer, rule -> rule.withSchedule(constant)))
                .requireSameDeterminants(
                        keys(SmallRuns.optimized(plain, rule -> rule.withSchedule(constant))), "the checkpoint");

        assertThatThrownBy(() -> resolve(plain.withResources(plain.resources().withThreads(2)))
                        .requireSameDeterminants(run.determinants(Optional.empty()), "the checkpoint"))
                .hasMessageContaining("threads = 2 (it was 1);");
        TreeMap<String, String> updated = new TreeMap<>(run.determinants(Optional.of("avx2")));
        run.requireSameDeterminants(updated, "the checkpoint");
        updated.put("engine-release", "2");
        assertThatThrownBy(() -> run.requireSameDeterminants(updated, "the checkpoint"))
                .hasMessageContaining("engine-release = \"1\" (it was 2);")
                .hasMessageNotContaining("processor");

        TreeMap<String, String> other = new TreeMap<>(run.determinants(Optional.empty()));
        other.put("engine", "another");
        other.remove("seed");
        assertThatThrownBy(() -> run.requireSameDeterminants(other, "the checkpoint"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("engine = toy (it was another)")
                .hasMessageContaining("seed = 7 (it was nothing)");
    }
}
