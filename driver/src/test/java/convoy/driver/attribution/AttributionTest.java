package convoy.driver.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.ClassProbe;
import convoy.architectures.surgery.GlobalAverage;
import convoy.architectures.surgery.Tap;
import convoy.architectures.tensor.Shape.Image;
import convoy.driver.attribution.Attribution.Method;
import convoy.driver.evaluation.PictureModel;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.transform.Normalize;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.NetworkLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttributionTest {
    private final Configuration hadoop = new Configuration();
    private final Path directory;

    AttributionTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private PictureModel model(String network, int side) throws IOException {
        List<Double> half = List.of(0.5, 0.5, 0.5);
        ModelDescription description = ModelDescription.of(network, 10, new Image(3, side, side), half, half)
                .with()
                .transforms(List.of(new Normalize(half, half)))
                .build();
        float[] values = description.build().initialize(3);
        // Running statistics and norms that are not the ones that do nothing.
        Random random = new Random(7);
        for (Segment segment : NetworkLayout.of(description.build()).segments()) {
            boolean norm = segment.role() == Segment.Role.NORM || segment.role() == Segment.Role.STATISTIC;
            for (int i = segment.begin(); norm && i < segment.begin() + segment.size(); i++) {
                values[i] = segment.name().endsWith("running_var")
                        ? 0.5f + random.nextFloat()
                        : values[i] + 0.4f * random.nextFloat() - 0.2f;
            }
        }
        Path file = directory.resolve(network + ".safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            new StoredModel(description, 1, values).writeSafetensors(out, Safetensors.Precision.F32, false);
        }
        return PictureModel.open(
                hadoop,
                file.toUri().toString(),
                Optional.empty(),
                new EngineChoice("nd4j", "cpu"),
                Orientation.AS_STORED);
    }

    private String picture(int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(side);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, random.nextInt(1 << 24));
        }
        Path file = directory.resolve("p" + side + ".png");
        ImageIO.write(image, "png", file.toFile());
        return file.toUri().toString();
    }

    /** Where both are defined, and the maps behind the last ReLU, they are the same but for a factor: the number of places. */
    @ParameterizedTest
    @CsvSource({"resnet20_cifar, 32, layer3.2.relu2", "all_cnn_c, 32, features.17", "mobilenet_v2, 64, features.18.2"})
    void gradientsOfTheAveragedLayerAreTheWeightsOfTheClass(String network, int side, String layer) throws IOException {
        try (PictureModel model = model(network, side);
                Attribution attribution = new Attribution(model, Optional.empty())) {
            assertThat(attribution.layer()).isEqualTo(layer);
            assertThat(attribution.method()).isEqualTo(Method.CAM);
            Seen seen = attribution.look(hadoop, picture(side));
            int places = seen.shape().height() * seen.shape().width();
            for (int index : new int[] {0, 7}) {
                PlaceMap byWeights = attribution.classMap(seen, index);
                PlaceMap byGradient = seen.weighted(attribution.gradient(seen, index));
                double largest = Math.max(Math.abs(byWeights.largest()), Math.abs(byWeights.smallest()));
                for (int i = 0; i < places; i++) {
                    assertThat((double) byGradient.values()[i] * places)
                            .isCloseTo(byWeights.values()[i], within(1e-3 * largest));
                }
            }
        }
    }

    /** Any layer, of a network with shortcuts and batch norms: the derivative as two predictions tell it. */
    @ParameterizedTest
    @CsvSource({"resnet20_cifar, 32, layer2.1.conv1", "lenet5, 32, pool1"})
    void gradientsAreDifferencesOfLogits(String network, int side, String layer) throws IOException {
        try (PictureModel model = model(network, side);
                Attribution attribution = new Attribution(model, Optional.of(layer))) {
            assertThat(attribution.method()).isEqualTo(Method.GRAD_CAM);
            Seen seen = attribution.look(hadoop, picture(side));
            double[] means = attribution.gradient(seen, 4);
            int places = seen.shape().height() * seen.shape().width();
            Network whole = model.stored().description().build();
            ClassProbe probe = ClassProbe.of(whole, layer);
            ProbeValues values = new ProbeValues(
                    probe, NetworkLayout.of(whole), model.stored().values());
            Segment bias = NetworkLayout.of(probe.network()).segment(ClassProbe.PROBE + ".bias");
            try (Engine engine = model.compile(probe.network())) {
                double norm = 0;
                double distance = 0;
                for (int c = 0; c < Math.min(4, means.length); c++) {
                    double difference =
                            (logit(engine, values, bias, c, 1e-2f, seen) - logit(engine, values, bias, c, -1e-2f, seen))
                                    / 2e-2;
                    norm += Math.pow(difference, 2);
                    distance += Math.pow(difference - means[c] * places, 2);
                }
                assertThat(Math.sqrt(distance)).isLessThan(0.03 * Math.sqrt(norm) + 1e-4);
            }
        }
    }

    private static double logit(Engine engine, ProbeValues values, Segment bias, int channel, float more, Seen seen) {
        float[] flat = values.of(4, 1).clone();
        flat[bias.begin() + channel] += more;
        engine.setParameters(flat);
        return engine.predict(new Batch(1, seen.input(), new int[1]))[0];
    }

    /** A probed network says of the class what the network says, times what is asked for. */
    @Test
    void aProbeChangesNoLogit() throws IOException {
        try (PictureModel model = model("resnet20_cifar", 32);
                Attribution attribution = new Attribution(model, Optional.of("layer1.0.relu1"))) {
            Seen seen = attribution.look(hadoop, picture(32));
            Network whole = model.stored().description().build();
            ClassProbe probe = ClassProbe.of(whole, "layer1.0.relu1");
            ProbeValues values = new ProbeValues(
                    probe, NetworkLayout.of(whole), model.stored().values());
            try (Engine engine = model.compile(probe.network())) {
                engine.setParameters(values.of(2, 0.5));
                float[] scores = engine.predict(new Batch(1, seen.input(), new int[1]));
                assertThat(scores[0]).isCloseTo(seen.logits()[2] / 2, within(1e-4f));
                assertThat(scores[1]).isZero();
            }
        }
    }

    /** The square that covers everything leaves what a picture of the mean colour gets. */
    @Test
    void occlusionIsTheProbabilityThatIsLost() throws IOException {
        try (PictureModel model = model("all_cnn_c", 32);
                Attribution attribution = new Attribution(model, Optional.empty())) {
            Seen seen = attribution.look(hadoop, picture(32));
            int best = seen.guesses().get(0).index();
            double whole = seen.guesses().get(0).probability();
            PlaceMap all = attribution.occlusion(seen, best, 32);
            assertThat(all.values()).hasSize(1);
            PlaceMap halves = attribution.occlusion(seen, best, 16);
            assertThat(halves.height()).isEqualTo(3);
            assertThat(halves.width()).isEqualTo(3);
            PlaceMap odd = attribution.occlusion(seen, best, 7);
            assertThat(odd.height())
                    .as("0, 3, ..., 24, and 25, where the last square fits")
                    .isEqualTo(10);
            try (Engine engine = model.compile(model.stored().description().build())) {
                engine.setParameters(model.stored().values());
                float[] covered = seen.input().clone();
                for (int c = 0; c < 3; c++) {
                    for (int y = 8; y < 24; y++) {
                        Arrays.fill(covered, (c * 32 + y) * 32 + 16, (c * 32 + y) * 32 + 32, 0f);
                    }
                }
                double left = model.guesses(engine.predict(new Batch(1, covered, new int[1])), "it").stream()
                        .filter(guess -> guess.index() == best)
                        .findFirst()
                        .orElseThrow()
                        .probability();
                assertThat((double) halves.values()[5]).isCloseTo(whole - left, within(1e-6));
            }
            assertThatThrownBy(() -> attribution.occlusion(seen, best, 33))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("occlude = 33, must lie in [1, 32]");
        }
    }

    @Test
    void layersThatHaveNoPlacesAreRefused() throws IOException {
        try (PictureModel model = model("resnet20_cifar", 32)) {
            assertRefused(model, "layer3.2.relu2x", "has no layer layer3.2.relu2x; did you mean layer3.2.relu2?");
            assertRefused(model, "fc", "layer fc of network resnet20_cifar puts out 10, which has no places");
            assertRefused(model, "input", "has no layer input");
        }
        try (PictureModel batch = model("resnet50_evonorm_b0", 32);
                Attribution attribution = new Attribution(batch, Optional.of("layer1.0.conv1"))) {
            Seen seen = attribution.look(hadoop, picture(32));
            assertThatThrownBy(() -> attribution.classMap(seen, 0))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("normalizes by the batch in");
        }
    }

    private static void assertRefused(PictureModel model, String layer, String message) {
        assertThatThrownBy(() -> new Attribution(model, Optional.of(layer)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    /** Every network has a layer to look at, and a probe there; those with a global average have its layer. */
    @Test
    void everyNetworkOfTheCatalogueCanBeLookedInto() {
        Catalogue.all().forEach(entry -> {
            Network network = entry.build(NetworkArguments.defaults());
            Optional<GlobalAverage> end = GlobalAverage.of(network);
            String layer = end.map(GlobalAverage::node).orElseGet(() -> Tap.lastOf(network));
            assertThat(Tap.of(network, layer).maps().channels())
                    .as(entry.name())
                    .isPositive();
            if (!entry.name().endsWith("evonorm_b0")) {
                assertThat(ClassProbe.of(network, layer).network().classes()).isEqualTo(2);
            }
        });
        assertThat(GlobalAverage.of(Catalogue.build("vgg16", NetworkArguments.defaults())))
                .isEmpty();
        assertThat(GlobalAverage.of(Catalogue.build("googlenet", NetworkArguments.defaults())))
                .contains(new GlobalAverage("inception5b.concat", Optional.of("fc")));
    }

    @Test
    void mapsAreScaledBetweenTheMiddlesOfPlaces() {
        PlaceMap map = new PlaceMap(1, 2, new float[] {0, 1});
        assertThat(map.scaled(1, 4).values()).containsExactly(0f, 0.25f, 0.75f, 1f);
        assertThat(map.scaled(3, 2).values()).containsExactly(0f, 1f, 0f, 1f, 0f, 1f);
        assertThat(new PlaceMap(1, 2, new float[] {-1, 2}).positive().values()).containsExactly(0f, 2f);
    }
}
