package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.driver.configuration.RunConfiguration;
import convoy.jobs.runfile.RunFile;
import convoy.records.CanonicalText;
import convoy.records.Codec;
import convoy.records.Value;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Fingerprints stay as they are. Where one moves, checkpoints and registered models are told from what they are; that is right
 * if a network, or what a key means, has changed, and wrong if something was only renamed or added.
 */
final class GoldenFingerprintsTest {
    private static final String GOLDEN = "golden-fingerprints.txt";
    /** Every key with its default of the day when this file was written. */
    private static final String EVERY_KEY = "golden-every-key.yaml";

    /** Which keys they name is the point: those that are left out follow from the defaults. */
    private static final List<String> RUNS = List.of(
            "{}",
            "{name: other, runs: 'hdfs://host/runs', seed: 7, workers: 4, servers: 2, threads: 3}",
            "{network: {name: vgg16, classes: 10, input: 3x64x64, dropout: false, dense-to-convolution: true}}",
            "{network: {name: randwire_ws, wires: {seed: 3, nodes: 16, channels: 24}}}",
            "{network: {weights: {from: 'hdfs://host/m.safetensors', head: fresh, input: mean}}}",
            "{data: {transforms: [{kind: pad-crop, padding: 2}, flip, color-jitter, normalize, random-erasing]}}",
            "{data: {train: d, transforms: [global-contrast-normalization, {kind: zca, of: e}], sampling: balanced}}",
            "{data: {mix: [mixup, {kind: cutmix, alpha: 0.5}]}, label-smoothing: 0.1}",
            "{optimizer: {kind: rms-prop, alpha: 0.9, epsilon: 1e-3, momentum: 0.9}, clip-norm: 5}",
            "{optimizer: adam-w, weight-decay: {rate: 0.05, scope: all}}",
            "{schedule: {rate: 0.4, warm-up: 5, curve: {kind: multi-step, milestones: [30, 60, 80], factor: 0.1}}}",
            "{schedule: {unit: steps, curve: {kind: polynomial, power: 2}}, loss: {class-weights: [1, 0.5]}}",
            "{fine-tuning: {freeze: ['*'], unfreeze: [{tensors: fc, epoch: 0}], rates: [{tensors: fc, factor: 10}],"
                    + " frozen-norms: inference}}",
            "{engine: libtorch, device: cuda, precision: bf16, deterministic: false, export: [dl4j]}",
            "{checkpoint: {every-epochs: null, every-steps: 100, keep: 3}, on-divergence: continue}");

    private static String resource(String name) throws IOException {
        try (InputStream in = GoldenFingerprintsTest.class.getResourceAsStream("/" + name)) {
            assertThat(in).as("%s among the test resources", name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static RunConfiguration run(String text) {
        return RunFile.read(RunConfiguration.class, "golden", text, List.of());
    }

    private static Stream<String> network(Entry entry) {
        Network network = Catalogue.build(entry.name(), NetworkArguments.defaults());
        return Stream.of(
                "network " + entry.name() + " " + network.fingerprint(),
                "layout " + entry.name() + " " + NetworkLayout.of(network).fingerprint());
    }

    @Test
    void noFingerprintMoves() throws IOException {
        String actual = Stream.concat(
                        Catalogue.all().stream().flatMap(GoldenFingerprintsTest::network),
                        Stream.concat(
                                RUNS.stream()
                                        .map(text -> "run " + CanonicalText.fingerprint("run", run(text)) + " " + text),
                                Stream.of("run " + CanonicalText.fingerprint("run", run(resource(EVERY_KEY)))
                                        + " every key")))
                .collect(Collectors.joining("\n", "", "\n"));
        Path written = Files.writeString(Files.createTempDirectory("golden").resolve(GOLDEN), actual);
        assertThat(actual)
                .as("what is now the case is in %s; it belongs in src/test/resources only if it is meant", written)
                .isEqualTo(resource(GOLDEN));
    }

    /** Another default would give texts that leave it out another meaning. */
    @Test
    void defaultsAreWhatTheyWere() throws IOException {
        assertThat(CanonicalText.of(run(resource(EVERY_KEY)))).isEqualTo("{}");
    }

    /** A key that it lacks has the default of today, and another one tomorrow would not be noticed. */
    @Test
    void noKeyIsForgotten() throws IOException {
        List<String> missing = new ArrayList<>();
        compare(
                Codec.of(RunConfiguration.class).write(run("{}")),
                new YAMLMapper().readTree(resource(EVERY_KEY)),
                "",
                missing);
        assertThat(missing)
                .as("keys that %s lacks; give them with their defaults", EVERY_KEY)
                .isEmpty();
    }

    private static void compare(Value every, JsonNode written, String path, List<String> missing) {
        if (every instanceof Value.Mapping mapping) {
            mapping.entries().forEach((key, entry) -> {
                String below = path.isEmpty() ? key : path + "." + key;
                if (written.has(key)) {
                    compare(entry.value(), written.get(key), below, missing);
                } else {
                    missing.add(below);
                }
            });
        }
    }
}
