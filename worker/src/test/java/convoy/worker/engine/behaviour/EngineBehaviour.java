package convoy.worker.engine.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.random.RandomStream;
import convoy.architectures.surgery.FullyConvolutional;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.Batch.Mixture;
import convoy.worker.data.format.LabelSets;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.samples.NarrowCopy;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine does, measured against exact gradients. */
public abstract class EngineBehaviour {
    private static final MicroBatchKey KEY = new MicroBatchKey(7, 0, 0);

    static List<Network> networks() {
        return SampleNetworks.all();
    }

    /**
     * A bias's gradient, a sum of much that cancels, moves by 2e-6 when weights move by one unit in the last place, and is up to 1.2e-5 off
     * with some instruction sets.
     */
    @ParameterizedTest
    @MethodSource("networks")
    void gradientsStatisticsLossAndLogitsAreTheExactOnes(Network network) {
        compareWithExact(network, 3, 0, 2e-5);
    }

    /** Of few examples, the batch norms behind dense layers magnify rounding. */
    @ParameterizedTest
    @CsvSource({"lenet5, 2", "mnist_cnn, 8", "resnet20_cifar, 2"})
    void networksOfTheCatalogueToo(String name, int examples) {
        compareWithExact(Catalogue.build(name, NetworkArguments.defaults().withoutDropout()), examples, 0, 2e-3);
    }

    /** Mostly what torchvision has no figures for: every wire of it, with few channels. */
    @ParameterizedTest
    @CsvSource({
        "googlenet_5x5, 16, 79",
        "inception_v2, 16, 107",
        "inception_v4, 16, 107",
        "inception_resnet_v2, 16, 107",
        "all_cnn_imagenet, 8, 67",
        "densenet_cifar, 4, 8",
        "randwire_ws, 13, 32",
        "randwire_er, 13, 32",
        "randwire_ba, 13, 32",
        "resnet50_evonorm_s0, 16, 64",
        "resnet50_evonorm_b0, 16, 64",
        "vgg11_lrn, 32, 32",
        "vgg16_1x1, 32, 32",
        "model_b, 8, 32",
        "strided_cnn_a, 8, 32"
    })
    void narrowCopiesOfNetworksToo(String name, int divisor, int side) {
        NetworkArguments arguments = NetworkArguments.defaults()
                .withInput(new Image(3, side, side))
                .withClasses(10)
                .withoutDropout();
        NetworkArguments given = name.startsWith("inception") ? arguments.withoutAuxiliary() : arguments;
        Network network = NarrowCopy.of(Catalogue.build(name, given), divisor);
        Batch batch = SampleNetworks.batch(network, 3, 2);
        float[] flat = SampleNetworks.weights(network, 1);
        Results exact = Results.of(network, flat, batch);
        Rounding rounding = Rounding.ofWeights(exact, network, flat, batch);
        float[] gradient = new float[flat.length];
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            assertNear("logits", engine.predict(batch), exact.logits(), rounding.ofLogits(), 1e-5);
            engine.gradient(batch, KEY, gradient);
        }
        int parameters = network.parameterCount();
        assertNear(
                "gradient",
                Arrays.copyOf(gradient, parameters),
                Arrays.copyOf(exact.gradient(), parameters),
                rounding.ofGradient(0, parameters),
                1e-3);
        for (Segment segment : NetworkLayout.of(network).segments()) {
            int end = segment.range().end();
            double norm = Math.sqrt(squaredDistance(gradient, new double[end], segment.begin(), end));
            assertThat(Results.norm(exact.gradient(), segment.begin(), end))
                    .as("norm of the gradient or statistic %s", segment.name())
                    .isCloseTo(norm, within(1e-3 + 0.07 * roundings() * norm));
        }
    }

    /** Near by a tolerance, and where single precision cannot be, by {@link #roundings} times what {@link Rounding} does. */
    private void assertNear(String what, float[] actual, double[] exact, double rounding, double tolerance) {
        double norm = Results.norm(exact, 0, exact.length);
        double limit = Math.max(tolerance * roundings() / 3, roundings() * rounding / norm);
        assertThat(rounding / norm).as("what rounding does to the %s", what).isLessThan(0.034);
        assertThat(Math.sqrt(squaredDistance(actual, exact, 0, exact.length)) / norm)
                .as("distance of the %s", what)
                .isLessThan(limit);
    }

    @Test
    void labelSmoothingSpreadsTheTarget() {
        compareWithExact(SampleNetworks.auxiliaryHeads(), 4, 0.1, 1e-5);
    }

    /** Two classes an example, one of them twice the same, with the label smoothed and without. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void mixturesSpreadTheTargetOverTwoClasses(double smoothing) {
        Network network = SampleNetworks.auxiliaryHeads();
        Batch plain = SampleNetworks.batch(network, 4, 2);
        int[] others = {(plain.labels()[0] + 1) % network.classes(), plain.labels()[1], 0, network.classes() - 1};
        Mixture mixture = new Mixture(others, new float[] {0.3f, 0.6f, 0, 1});
        compareWithExact(network, new Batch(4, plain.images(), plain.labels(), Optional.of(mixture)), smoothing, 1e-5);
    }

    /** One class counts nothing, one more than the others together; of auxiliary heads too, with smoothed labels and mixtures. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void classesCountAsTheirWeightsSay(double smoothing) {
        for (Network network : List.of(SampleNetworks.auxiliaryHeads(), SampleNetworks.norms())) {
            Batch plain = SampleNetworks.batch(network, 6, 2);
            double[] weights = weights(network.classes());
            compareWithExact(network, plain.weighted(weights), smoothing, 1e-5);
            int[] others = {0, 1, 2, plain.labels()[3], 1, 0};
            Mixture mixture = new Mixture(others, new float[] {0.3f, 0.6f, 0, 1, 0.5f, 0.25f});
            compareWithExact(
                    network,
                    new Batch(6, plain.images(), plain.labels(), Optional.of(mixture)).weighted(weights),
                    smoothing,
                    1e-5);
        }
    }

    private static Batch ofSets(Batch plain, int classes) {
        int[] labels = IntStream.range(0, plain.examples()).map(n -> n % 4).toArray();
        List<Integer> all = IntStream.range(0, classes).boxed().toList();
        return new Batch(plain.examples(), plain.images(), labels)
                .labelled(Optional.of(
                        new LabelSets(classes, List.of(List.of(), List.of(0, classes - 1), all, List.of(1)))));
    }

    /** None, some and all of the classes; of auxiliary heads too. */
    @Test
    void anExampleMayBeOfSeveralClasses() {
        for (Network network : List.of(SampleNetworks.auxiliaryHeads(), SampleNetworks.norms())) {
            Batch batch = ofSets(SampleNetworks.batch(network, 5, 2), network.classes());
            compareWithExact(network, batch, 0, 1e-5);
        }
    }

    /** Weights that make logits of thousands: no exponential overflows, and the loss is that of the plain formula. */
    @Test
    void largeLogitsOfSeveralClassesStayNumbers() {
        Network network = SampleNetworks.convolutions();
        float[] flat = SampleNetworks.weights(network, 1);
        Segment last = NetworkLayout.of(network).segments().stream()
                .filter(segment -> segment.shape().size() == 2)
                .reduce((first, second) -> second)
                .orElseThrow();
        for (int i = last.begin(); i < last.range().end(); i++) {
            flat[i] *= 1e5f;
        }
        Batch batch = ofSets(SampleNetworks.batch(network, 4, 2), network.classes());
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            float[] logits = engine.predict(batch);
            double expected = 0;
            double largest = 0;
            int right = 0;
            for (int n = 0; n < batch.examples(); n++) {
                boolean[] shown = batch.sets().orElseThrow().of(batch.labels()[n]);
                boolean all = true;
                for (int c = 0; c < shown.length; c++) {
                    double logit = logits[n * shown.length + c];
                    // For large logits the loss is what they are on the wrong side.
                    expected += Math.max(0, shown[c] ? -logit : logit) / shown.length;
                    largest = Math.max(largest, Math.abs(logit));
                    all &= logit >= 0 == shown[c];
                }
                right += all ? 1 : 0;
            }
            float[] gradient = new float[flat.length];
            GradientResult result = engine.gradient(batch, KEY, gradient);
            assertThat(largest).isGreaterThan(800);
            assertThat(result.lossSum()).isCloseTo(expected, within(1e-3 * expected + 4));
            assertThat(result.correct()).isEqualTo(right);
            for (float each : gradient) {
                assertThat(each).isFinite();
            }
        }
    }

    private static double[] weights(int classes) {
        return IntStream.range(0, classes)
                .mapToDouble(c -> c == 0 ? 0 : c == 1 ? 3 : 0.25 * c)
                .toArray();
    }

    /** What comes after does not depend on the weights of a batch before. */
    @Test
    void weightsAreOfTheirBatchAlone() {
        Network network = SampleNetworks.auxiliaryHeads();
        float[] flat = SampleNetworks.weights(network, 1);
        Batch plain = SampleNetworks.batch(network, 4, 2);
        float[] alone = gradients(network, flat, plain, List.of(KEY)).get(0);
        float[] after = new float[flat.length];
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            engine.gradient(plain.weighted(weights(network.classes())), KEY, after);
            assertThat(after).isNotEqualTo(alone);
            engine.gradient(plain, KEY, after);
        }
        assertThat(after).isEqualTo(alone);
    }

    /**
     * PyTorch's {@code CrossEntropyLoss(weight=w, label_smoothing=e)}, as it is written there: the mean over what the labels
     * weigh, of the labels' losses and of the smoothed rest.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void theMeanOverAStepIsPyTorchsWeightedMean(double smoothing) {
        Network network = SampleNetworks.convolutions();
        int classes = network.classes();
        float[] flat = SampleNetworks.weights(network, 1);
        double[] weights = weights(classes);
        List<Batch> step = List.of(SampleNetworks.batch(network, 3, 2), SampleNetworks.batch(network, 5, 3));
        double labelWeights = step.stream()
                .flatMapToInt(batch -> Arrays.stream(batch.labels()))
                .mapToDouble(label -> weights[label])
                .sum();
        double[] scaled =
                Arrays.stream(weights).map(weight -> weight * 8 / labelWeights).toArray();
        double actual = 0;
        double hard = 0;
        double smooth = 0;
        try (Engine engine = engine(network, smoothing)) {
            engine.setParameters(flat);
            for (Batch batch : step) {
                actual += engine.gradient(batch.weighted(scaled), KEY, new float[flat.length])
                                .lossSum()
                        / 8;
                float[] logits = engine.predict(batch);
                for (int n = 0; n < batch.examples(); n++) {
                    double sum = 0;
                    for (int c = 0; c < classes; c++) {
                        sum += Math.exp(logits[n * classes + c]);
                    }
                    for (int c = 0; c < classes; c++) {
                        double loss = weights[c] * (Math.log(sum) - logits[n * classes + c]);
                        smooth += loss;
                        hard += c == batch.labels()[n] ? loss : 0;
                    }
                }
            }
        }
        assertThat(labelWeights).isPositive();
        assertThat(actual)
                .isCloseTo(
                        (1 - smoothing) * hard / labelWeights + smoothing / classes * smooth / labelWeights,
                        within(1e-5 * actual));
    }

    /** The label of the larger share counts, the first one if both have half. */
    @Test
    void aMixtureIsCorrectIfTheLargerShareIs() {
        Network network = SampleNetworks.convolutions();
        float[] flat = SampleNetworks.weights(network, 1);
        Batch plain = SampleNetworks.batch(network, 3, 2);
        int classes = network.classes();
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            float[] logits = engine.predict(plain);
            int[] best = IntStream.range(0, 3)
                    .map(n -> IntStream.range(0, classes)
                            .reduce(0, (a, b) -> logits[n * classes + b] > logits[n * classes + a] ? b : a))
                    .toArray();
            int[] wrong = Arrays.stream(best).map(c -> (c + 1) % classes).toArray();
            float[] shares = {0.49f, 0.5f, 0.51f};
            int[] results = new int[2];
            for (int i = 0; i < 2; i++) {
                Mixture mixture = new Mixture(i == 0 ? wrong : best, shares);
                Batch mixed = new Batch(3, plain.images(), i == 0 ? best : wrong, Optional.of(mixture));
                results[i] = engine.gradient(mixed, KEY, new float[flat.length]).correct();
            }
            assertThat(results).containsExactly(2, 1);
        }
    }

    /**
     * Compares with exact gradients.
     *
     * @param tolerance of gradients and statistics, by the norm of each tensor's: rounding decides which of two equal numbers wins
     *     a maximum, and on which side of zero a ReLU stands, the more often the larger the network
     */
    protected final void compareWithExact(Network network, int examples, double smoothing, double tolerance) {
        compareWithExact(network, SampleNetworks.batch(network, examples, 2), smoothing, tolerance);
    }

    private void compareWithExact(Network network, Batch batch, double smoothing, double tolerance) {
        float[] flat = SampleNetworks.weights(network, 1);
        ExactNetwork exact = new ExactNetwork(network, ExactNetwork.doubles(flat), smoothing);
        double[] logits = exact.predict(batch);
        exact.train(batch);
        float[] gradient = new float[flat.length];
        Arrays.fill(gradient, Float.NaN);
        try (Engine engine = engine(network, smoothing)) {
            engine.setParameters(flat);
            assertClose("logits", engine.predict(batch), logits, 0, logits.length, 1e-5);
            GradientResult result = engine.gradient(batch, KEY, gradient);
            assertThat(result.examples()).isEqualTo(batch.examples());
            assertThat(result.lossSum() + result.auxiliaryLossSum())
                    .isCloseTo(exact.loss, within(1e-5 * Math.abs(exact.loss)));
            assertThat(result.auxiliaryLossSum() > 0).isEqualTo(network.heads().size() > 1);
            // In training mode after a prediction, and a second time in the memory of the first.
            float[] again = new float[flat.length];
            assertThat(engine.gradient(batch, KEY, again)).isEqualTo(result);
            assertThat(again).isEqualTo(gradient);
        }
        double largest = 0;
        for (Segment segment : NetworkLayout.of(network).segments()) {
            if (segment.role() != Segment.Role.STATISTIC) {
                int end = segment.range().end();
                largest = Math.max(
                        largest, Math.sqrt(squaredDistance(new float[end], exact.gradient, segment.begin(), end)));
            }
        }
        for (Segment segment : NetworkLayout.of(network).segments()) {
            int end = segment.range().end();
            double norm = Math.sqrt(squaredDistance(new float[end], exact.gradient, segment.begin(), end));
            // A bias before a batch norm has no gradient but rounding.
            assertThat(Math.sqrt(squaredDistance(gradient, exact.gradient, segment.begin(), end)))
                    .as("distance of the gradient or statistic %s of norm %.3g", segment.name(), norm)
                    .isLessThan(tolerance * Math.max(norm, largest / 100));
        }
    }

    static List<Arguments> freezings() {
        return List.of(
                Arguments.of("resnet20_cifar", List.of("*"), List.of("fc")),
                Arguments.of("resnet20_cifar", List.of("conv1", "bn1", "layer1", "layer2"), List.of()),
                Arguments.of("resnet20_cifar", List.of("*"), List.of("layer1.1.bn1")),
                Arguments.of("resnet20_cifar", List.of("*.weight"), List.of()),
                Arguments.of("lenet5", List.of("*"), List.of("fc2")),
                Arguments.of("model_b", List.of("*"), List.of("*.bias")),
                Arguments.of("resnet20_cifar", List.of("*"), List.of("conv1")),
                Arguments.of("strided_cnn_a", List.of("*"), List.of("features.0")),
                Arguments.of("strided_cnn_b", List.of("*"), List.of("features.0")));
    }

    /** What is trained has the gradients of the whole network, bit for bit; nothing is said of the rest. */
    @ParameterizedTest
    @MethodSource("freezings")
    void aFrozenPartChangesNoBitOfTheOthersGradient(String name, List<String> freeze, List<String> unfreeze) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        Set<String> tensors = new HashSet<>();
        freeze.forEach(pattern -> tensors.addAll(Surgery.matching(network, pattern, "freeze")));
        unfreeze.forEach(pattern -> tensors.removeAll(Surgery.matching(network, pattern, "unfreeze")));
        assertThat(tensors).isNotEmpty();
        requireSameBits(network, tensors);
    }

    static List<Network> sampled() {
        List<Network> networks = new ArrayList<>(SampleNetworks.all());
        networks.add(SampleNetworks.evolvedNorms());
        networks.removeIf(network -> network.parameters().size() < 3);
        return networks;
    }

    /** Through every kind of kernel that does not compute its own. */
    @ParameterizedTest
    @MethodSource("sampled")
    void theLowestTensorAloneHasTheGradientThatItHasWithAllOthers(Network network) {
        Set<String> others =
                network.parameters().stream().skip(1).map(Tensor::name).collect(Collectors.toSet());
        requireSameBits(network, others);
    }

    private void requireSameBits(Network network, Set<String> tensors) {
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 4, 2);
        float[] whole = new float[flat.length];
        float[] part = new float[flat.length];
        try (Engine engine = engine(network, 0.1);
                Engine frozen = engine(network, 0.1, new Frozen(tensors, false))) {
            engine.setParameters(flat);
            frozen.setParameters(flat);
            assertThat(frozen.gradient(batch, KEY, part)).isEqualTo(engine.gradient(batch, KEY, whole));
            // A second time in the memory of the first, and after a prediction.
            assertThat(frozen.predict(batch)).isEqualTo(engine.predict(batch));
            assertThat(frozen.gradient(batch, KEY, part)).isEqualTo(engine.gradient(batch, KEY, whole));
        }
        int compared = 0;
        for (Segment segment : NetworkLayout.of(network).segments()) {
            if (!tensors.contains(segment.name())) {
                int end = segment.range().end();
                assertThat(Arrays.copyOfRange(part, segment.begin(), end))
                        .as(segment.name())
                        .isEqualTo(Arrays.copyOfRange(whole, segment.begin(), end));
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    /** With all batch norms fixed, training computes what prediction does; the gradients are its differences. */
    @Test
    void fixedBatchNormsUseTheirRunningStatisticsInTrainingToo() {
        Network network = SampleNetworks.norms();
        Set<String> norms = network.parameters().stream()
                .filter(tensor -> tensor.role() == Tensor.Role.NORM_SCALE || tensor.role() == Tensor.Role.NORM_SHIFT)
                .map(Tensor::name)
                .collect(Collectors.toSet());
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 5, 2);
        float[] gradient = new float[flat.length];
        try (Engine engine = engine(network, 0, new Frozen(norms, true));
                Engine other = engine(network, 0)) {
            engine.setParameters(flat);
            other.setParameters(flat);
            GradientResult result = engine.gradient(batch, KEY, gradient);
            assertThat(result.lossSum()).isCloseTo(loss(engine, batch, network.classes()), within(1e-5));
            assertThat(result.lossSum())
                    .isNotCloseTo(
                            other.gradient(batch, KEY, new float[flat.length]).lossSum(), within(1e-3));
            for (Segment segment : NetworkLayout.of(network).segments()) {
                if (segment.role() == Segment.Role.STATISTIC || norms.contains(segment.name())) {
                    continue;
                }
                double[] differences = new double[segment.range().end()];
                for (int i = segment.begin(); i < segment.range().end(); i += 1) {
                    float[] moved = flat.clone();
                    moved[i] = flat[i] + 3e-4f;
                    engine.setParameters(moved);
                    double above = loss(engine, batch, network.classes());
                    float up = moved[i];
                    moved[i] = flat[i] - 3e-4f;
                    engine.setParameters(moved);
                    differences[i] = (above - loss(engine, batch, network.classes())) / (up - moved[i]);
                }
                assertClose(
                        segment.name(),
                        gradient,
                        differences,
                        segment.begin(),
                        segment.range().end(),
                        3e-2);
            }
        }
    }

    /** Cross-entropy of what is predicted, summed over the examples. */
    private static double loss(Engine engine, Batch batch, int classes) {
        float[] logits = engine.predict(batch);
        double loss = 0;
        for (int n = 0; n < batch.examples(); n++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[n * classes + c]);
            }
            loss += Math.log(sum) - logits[n * classes + batch.labels()[n]];
        }
        return loss;
    }

    @Test
    void aNetworkOfWhichAllIsFrozenIsRefused() {
        Network network = SampleNetworks.norms();
        Set<String> all = network.parameters().stream().map(Tensor::name).collect(Collectors.toSet());
        assertThatThrownBy(() -> engine(network, 0, new Frozen(all, false)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("all of network norms is frozen: leave something to train");
    }

    /** On images of the old size the same, on larger ones the mean over all places. */
    @Test
    void denseLayersAsConvolutionsGiveTheSameLogits() {
        Network network = Catalogue.build("lenet5", NetworkArguments.defaults());
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 3, 2);
        Network converted = FullyConvolutional.of(network);
        try (Engine dense = engine(network, 0);
                Engine convolutional = engine(converted, 0)) {
            dense.setParameters(flat);
            convolutional.setParameters(flat);
            double[] expected = ExactNetwork.doubles(dense.predict(batch));
            assertClose("logits", convolutional.predict(batch), expected, 0, expected.length, 1e-6);
        }
        Network wider = converted.withInput(new Image(1, 28, 32));
        try (Engine engine = engine(wider, 0)) {
            Batch wide = SampleNetworks.batch(wider, 2, 3);
            engine.setParameters(flat);
            double[] expected = new ExactNetwork(wider, ExactNetwork.doubles(flat), 0).predict(wide);
            assertClose("logits", engine.predict(wide), expected, 0, expected.length, 1e-5);
            assertThat(wider.shapes().get("fc3")).hasToString("10x1x2");
        }
    }

    @Test
    void countsTheExamplesWhoseLargestLogitIsTheLabels() {
        Network network = SampleNetworks.convolutions();
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 9, 2);
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            // No batch norm and no dropout: training mode has the same logits.
            float[] logits = engine.predict(batch);
            int classes = network.classes();
            long right = IntStream.range(0, batch.examples())
                    .filter(n -> IntStream.range(0, classes)
                            .allMatch(c -> logits[n * classes + c] <= logits[n * classes + batch.labels()[n]]))
                    .count();
            int correct = engine.gradient(batch, KEY, new float[flat.length]).correct();
            assertThat(correct).isEqualTo((int) right).isBetween(1, 8);
        }
    }

    @Test
    void aMicroBatchOfAnotherSizeIsComputedInTheSameEngine() {
        Network network = SampleNetworks.norms();
        float[] flat = SampleNetworks.weights(network, 1);
        Batch small = SampleNetworks.batch(network, 3, 2);
        Batch large = SampleNetworks.batch(network, 8, 3);
        float[] alone = new float[flat.length];
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            engine.gradient(small, KEY, alone);
        }
        float[] mixed = new float[flat.length];
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            for (Batch batch : List.of(small, large, small)) {
                engine.gradient(batch, KEY, mixed);
            }
        }
        assertThat(mixed).isEqualTo(alone);
    }

    /** Of the next batch and of the next parameters: right, wrong and half right ones, before a gradient and within it. */
    @Test
    void hintsChangeNothing() {
        Network network = SampleNetworks.norms();
        Batch batch = SampleNetworks.batch(network, 3, 1);
        float[] first = SampleNetworks.weights(network, 1);
        float[] second = SampleNetworks.weights(network, 2);
        float[] never = SampleNetworks.weights(network, 3);
        int end = first.length;
        try (Engine plain = engine(network, 0);
                Engine hinted = engine(network, 0)) {
            hinted.arriving(first, 0, end);
            plain.setParameters(first);
            hinted.setParameters(first);
            hinted.upcoming(SampleNetworks.batch(network, 3, 2));
            hinted.arriving(never, 0, end);
            hinted.arriving(second, end / 2, end);
            agree(plain, hinted, batch, end, from -> hinted.arriving(second, from, end));
            hinted.upcoming(batch);
            hinted.arriving(second, 5, 5);
            plain.setParameters(second);
            hinted.setParameters(second);
            agree(plain, hinted, batch, end, from -> {});
            hinted.arriving(never, 0, end / 2);
            plain.setParameters(first);
            hinted.setParameters(first);
            agree(plain, hinted, batch, end, from -> {});
        }
    }

    private static void agree(Engine plain, Engine hinted, Batch batch, int length, Engine.Progress progress) {
        float[] expected = new float[length];
        float[] gradient = new float[length];
        assertThat(hinted.gradient(batch, KEY, gradient, progress)).isEqualTo(plain.gradient(batch, KEY, expected));
        assertThat(gradient).isEqualTo(expected);
        assertThat(hinted.predict(batch)).isEqualTo(plain.predict(batch));
    }

    @Test
    void dropoutIsTheDocumentedFunctionOfTheKey() {
        Network network = SampleNetworks.dropout();
        float[] flat = SampleNetworks.weights(network, 1);
        // An odd number, so that the last word of most masks is not used up.
        int examples = 3;
        Batch batch = SampleNetworks.batch(network, examples, 2);
        MicroBatchKey key = new MicroBatchKey(11, 5, 3);
        ExactNetwork exact = new ExactNetwork(network, ExactNetwork.doubles(flat), 0);
        for (Node node : network.nodes()) {
            if (node.operation().isIdentityInInference()) {
                Shape shape = network.inputShapes(node).get(0);
                exact.dropout.put(node.name(), factors(node, key, examples, shape));
            }
        }
        exact.train(batch);
        float[] gradient = new float[flat.length];
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            assertClose("logits", engine.predict(batch), exact.predict(batch), 0, examples * network.classes(), 1e-5);
            engine.gradient(batch, key, gradient);
        }
        exact.train(batch);
        assertClose("gradient", gradient, exact.gradient, 0, flat.length, 1e-5);
    }

    /** For floats in the order of [N, C, H, W], 16 bits of the node's stream for each unit, in the order of [N, H, W, C]. */
    private static double[] factors(Node node, MicroBatchKey key, int examples, Shape shape) {
        RandomStream random = RandomStream.of(key.seed(), "dropout." + node.name(), key.step(), key.microBatch());
        int channels = shape.channels();
        int plane = shape.size() / channels;
        Operation operation = node.operation();
        double probability;
        // How many units further on the next example, pixel and channel are.
        int[] strides;
        if (operation instanceof Dropout dropout) {
            probability = dropout.probability();
            strides = new int[] {shape.size(), channels, 1};
        } else if (operation instanceof SpatialDropout dropout) {
            probability = dropout.probability();
            strides = new int[] {channels, 0, 1};
        } else {
            probability = ((StochasticDepth) operation).probability();
            strides = new int[] {1, 0, 0};
        }
        long[] words = LongStream.generate(random::nextLong)
                .limit(examples * shape.size() / 4 + 1)
                .toArray();
        double threshold = Math.rint(probability * 65_536);
        double[] factors = new double[examples * shape.size()];
        for (int i = 0; i < factors.length; i++) {
            int unit = i / shape.size() * strides[0] + i % plane * strides[1] + i % shape.size() / plane * strides[2];
            int bitsFrom = 16 * (unit % 4);
            long bits = (words[unit / 4] >>> bitsFrom) & 0xFFFF;
            factors[i] = bits < threshold ? 0 : 65_536 / (65_536 - threshold);
        }
        return factors;
    }

    @Test
    void dropoutDiffersBySeedStepAndMicroBatchAndByNothingElse() {
        Network network = SampleNetworks.dropout();
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 4, 2);
        List<MicroBatchKey> keys = List.of(
                new MicroBatchKey(1, 1, 1),
                new MicroBatchKey(2, 1, 1),
                new MicroBatchKey(1, 2, 1),
                new MicroBatchKey(1, 1, 2));
        List<float[]> forwards = gradients(network, flat, batch, keys);
        List<float[]> first = gradients(network, flat, batch, List.of(keys.get(3), keys.get(0)));
        for (int i = 0; i < keys.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(forwards.get(i)).isNotEqualTo(forwards.get(j));
            }
        }
        assertThat(first.get(0)).isEqualTo(forwards.get(3));
        assertThat(first.get(1)).isEqualTo(forwards.get(0));
    }

    private List<float[]> gradients(Network network, float[] flat, Batch batch, List<MicroBatchKey> keys) {
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            return keys.stream()
                    .map(key -> {
                        float[] gradient = new float[flat.length];
                        engine.gradient(batch, key, gradient);
                        return gradient;
                    })
                    .toList();
        }
    }

    @Test
    void enginesBesideEachOtherGiveTheBitsThatEachGivesAlone() throws Exception {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        Network other = Catalogue.build("mnist_cnn", NetworkArguments.defaults());
        List<float[]> alone = steps(network, 4);
        List<float[]> otherAlone = steps(other, 4);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<List<float[]>> first = threads.submit(() -> steps(network, 4));
            Future<List<float[]>> second = threads.submit(() -> steps(network, 4));
            Future<List<float[]>> third = threads.submit(() -> steps(other, 4));
            for (int i = 0; i < 4; i++) {
                assertThat(first.get().get(i)).isEqualTo(alone.get(i));
                assertThat(second.get().get(i)).isEqualTo(alone.get(i));
                assertThat(third.get().get(i)).isEqualTo(otherAlone.get(i));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private List<float[]> steps(Network network, int count) {
        float[] flat = SampleNetworks.weights(network, 1);
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            return IntStream.range(0, count)
                    .mapToObj(step -> {
                        float[] gradient = new float[flat.length];
                        engine.gradient(
                                SampleNetworks.batch(network, 8 + step, step), new MicroBatchKey(1, step, 0), gradient);
                        return gradient;
                    })
                    .toList();
        }
    }

    @Test
    void memoryStaysTheSameOverManyStepsAndGoesAwayWithTheEngine() {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        for (int engines = 0; engines < 4; engines++) {
            run(network, 2);
        }
        long before = outsideTheHeap();
        for (int engines = 0; engines < 16; engines++) {
            run(network, 2);
        }
        run(network, 40);
        // An engine's activations are 35 MB at this batch: 16 engines or 40 steps that kept them would take more.
        assertThat(outsideTheHeap() - before).isLessThan(500L << 20);
    }

    /** The process's resident memory without Java's heap, which grows and shrinks as the collector likes. */
    private static long outsideTheHeap() {
        System.gc();
        return Pointer.physicalBytes() - Runtime.getRuntime().totalMemory();
    }

    private void run(Network network, int steps) {
        float[] flat = SampleNetworks.weights(network, 1);
        float[] gradient = new float[flat.length];
        Batch batch = SampleNetworks.batch(network, 16, 2);
        try (Engine engine = engine(network, 0)) {
            for (int step = 0; step < steps; step++) {
                engine.setParameters(flat);
                engine.gradient(batch, new MicroBatchKey(1, step, 0), gradient);
                engine.predict(batch);
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        Network network = SampleNetworks.norms();
        float[] flat = SampleNetworks.weights(network, 1);
        try (Engine engine = engine(network, 0)) {
            engine.setParameters(flat);
            Batch wrong = new Batch(2, new float[2 * 3 * 6 * 6], new int[2]);
            assertThatThrownBy(() -> engine.predict(wrong))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("216 floats of images")
                    .hasMessageContaining("2x6x6");
            Batch label = new Batch(2, new float[2 * 2 * 6 * 6], new int[] {0, 4});
            assertThatThrownBy(() -> engine.gradient(label, KEY, new float[flat.length]))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("label = 4 is not in [0, 4), the classes of network norms");
            Batch other = new Batch(
                    2, new float[2 * 2 * 6 * 6], new int[2], Optional.of(new Mixture(new int[] {0, -1}, new float[2])));
            assertThatThrownBy(() -> engine.gradient(other, KEY, new float[flat.length]))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("label = -1 is not in [0, 4), the classes of network norms");
            Batch weights = SampleNetworks.batch(network, 2, 1).weighted(new double[3]);
            assertThatThrownBy(() -> engine.gradient(weights, KEY, new float[flat.length]))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("a batch has weights of 3 classes, but network norms tells apart 4");
            Batch sets = new Batch(2, new float[2 * 2 * 6 * 6], new int[] {0, 1})
                    .labelled(Optional.of(new LabelSets(3, List.of(List.of(), List.of(2)))));
            assertThatThrownBy(() -> engine.gradient(sets, KEY, new float[flat.length]))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("a batch has sets of 3 classes, but network norms tells apart 4");
            Batch set = new Batch(2, new float[2 * 2 * 6 * 6], new int[] {0, 1})
                    .labelled(Optional.of(new LabelSets(4, List.of(List.of()))));
            assertThatThrownBy(() -> engine.gradient(set, KEY, new float[flat.length]))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("label = 1 is not in [0, 1)");
            Batch one = SampleNetworks.batch(network, 1, 1);
            assertThatThrownBy(() -> engine.gradient(one, KEY, new float[flat.length]))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("batch norm gets one value for each channel");
            assertThatThrownBy(() -> engine.setParameters(new float[3])).isInstanceOf(IllegalArgumentException.class);
            // And works on.
            compareWithExact(network, 3, 0, 1e-5);
            float[] gradient = new float[flat.length];
            engine.gradient(SampleNetworks.batch(network, 3, 2), KEY, gradient);
            assertThat(gradient)
                    .isEqualTo(gradients(network, flat, SampleNetworks.batch(network, 3, 2), List.of(KEY))
                            .get(0));
        }
    }

    @Test
    void closesTwice() {
        Engine engine = engine(SampleNetworks.norms(), 0);
        engine.close();
        engine.close();
    }

    /** The engine under test. */
    protected abstract EngineProvider provider();

    /** How much more an engine's arithmetic may be off than the last bits of its weights make it. */
    protected double roundings() {
        return 3;
    }

    private Engine engine(Network network, double smoothing) {
        return provider().compile(network, new EngineOptions(Device.CPU, 1, new LabelSmoothing(smoothing)));
    }

    private Engine engine(Network network, double smoothing, Frozen frozen) {
        return provider().compile(network, new EngineOptions(Device.CPU, 1, new LabelSmoothing(smoothing), frozen));
    }

    /** The norm of the difference by the norm of what is expected. */
    private static void assertClose(
            String what, float[] actual, double[] expected, int begin, int end, double tolerance) {
        assertThat(Math.sqrt(squaredDistance(actual, expected, begin, end)))
                .as("distance of %s", what)
                .isLessThan(tolerance * Math.sqrt(squaredDistance(new float[end], expected, begin, end)));
    }

    private static double squaredDistance(float[] actual, double[] expected, int begin, int end) {
        double squares = 0;
        for (int i = begin; i < end; i++) {
            squares += Math.pow(actual[i] - expected[i], 2);
        }
        return squares;
    }
}
