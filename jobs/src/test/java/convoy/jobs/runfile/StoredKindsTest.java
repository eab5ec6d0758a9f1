package convoy.jobs.runfile;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.edit.Edit;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.ClassWeights;
import convoy.driver.configuration.LearningRate;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.records.CanonicalText;
import convoy.records.Codec;
import convoy.records.Problems;
import convoy.records.Schema;
import convoy.records.Value;
import convoy.records.yaml.YamlText;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.split.Split;
import convoy.worker.data.transform.AutoAugment.RandAugment;
import convoy.worker.data.transform.AutoAugment.TrivialAugment;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.ColorJitter;
import convoy.worker.data.transform.Filter.GaussianBlur;
import convoy.worker.data.transform.Filter.RandomSharpness;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GaussianNoise;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.Provided;
import convoy.worker.data.transform.RandomAffine;
import convoy.worker.data.transform.RandomCrop;
import convoy.worker.data.transform.RandomErasing;
import convoy.worker.data.transform.RandomGrayscale;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Zca;
import convoy.worker.loop.EvaluationTurn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is stored of a sealed type comes back from YAML, JSON and canonical text, whichever member it is. */
final class StoredKindsTest {
    private static final Map<Class<?>, List<Object>> EXAMPLES = examples();

    private static Map<Class<?>, List<Object>> examples() {
        Map<Class<?>, List<Object>> examples = new LinkedHashMap<>();
        examples.put(
                Transform.class,
                List.of(
                        new Normalize(List.of(0.1, 0.2), List.of(1.0, 1e-9)),
                        new Pad(3),
                        new PadCrop(4),
                        new Flip(0.25),
                        new Flip(0.5, Flip.Direction.VERTICAL),
                        new Resize(256),
                        new CenterCrop(224),
                        new RandomCrop(28),
                        new RandomResizedCrop(96, 0.1, 1, 0.75, 4.0 / 3),
                        new RandomAffine(10, 0.1, 0.9, 1.1, 5, 0),
                        new ColorJitter(0.4, 0, 0.1, 0.5),
                        new RandomGrayscale(0.2),
                        new GaussianNoise(0.01),
                        new GaussianBlur(5, 0.2, 1.5),
                        new RandomSharpness(0, 0.3),
                        new RandAugment(3, 12),
                        new TrivialAugment(),
                        new GlobalContrastNormalization(55, 10),
                        new Zca("hdfs://host/a b#"),
                        RandomErasing.defaults(),
                        new Provided("posterize", Optional.of("1"), new TreeMap<>(Map.of("levels", "4")))));
        examples.put(Mix.class, List.of(new Mix.Mixup(0.3, 1), new Mix.Cutmix(1, 0.5)));
        examples.put(
                Optimizer.class,
                List.of(
                        new Optimizer.Sgd(),
                        new Optimizer.Momentum(0.8),
                        new Optimizer.Nesterov(0.9),
                        new Optimizer.RmsProp(0.9, 1e-3, 0.5),
                        new Optimizer.Adam(0.8, 0.99, 1e-7),
                        new Optimizer.AdamW(0.9, 0.999, 1e-8)));
        examples.put(
                Schedule.class,
                List.of(
                        new Schedule.Constant(0.1),
                        new Schedule.Step(0.1, 1L << 40, 0.5),
                        new Schedule.MultiStep(0.1, List.of(3L, 9L), 0.1),
                        new Schedule.Exponential(0.1, 7, 0.97),
                        new Schedule.Cosine(0.3, 1000, 0.001),
                        new Schedule.Polynomial(0.3, 1000, 2, 0),
                        new Schedule.Warmup(5, 0.1, new Schedule.Cosine(0.3, 1000, 0))));
        examples.put(
                LearningRate.Curve.class,
                List.of(
                        new LearningRate.Constant(),
                        new LearningRate.Step(10, 0.2),
                        new LearningRate.MultiStep(List.of(1.5, 3.0), 0.1),
                        new LearningRate.Exponential(2, 0.9),
                        new LearningRate.Cosine(0.01),
                        new LearningRate.Polynomial(1, 0.1)));
        examples.put(
                ClassWeights.class,
                List.of(
                        new ClassWeights.None(),
                        new ClassWeights.Balanced(),
                        new ClassWeights.Given(List.of(0.0, 2.5))));
        examples.put(Split.class, List.of(new Split.Share(0.125, 0), new Split.Fold(5, 4, 1L << 40)));
        examples.put(Shape.class, List.of(new Shape.Image(3, 32, 48), new Shape.Vector(10)));
        examples.put(
                EvaluationTurn.class,
                List.of(new EvaluationTurn.Block(7), new EvaluationTurn.Wait(), new EvaluationTurn.Done()));
        examples.put(Operation.class, operations());
        examples.put(Edit.class, edits());
        return examples;
    }

    private static List<Object> edits() {
        Value layer = Schema.text("relu");
        return List.of(
                new Edit.Set("a", Optional.of("convolution"), Map.of("out", Schema.number("3"))),
                new Edit.Replace("a", Optional.empty(), layer),
                new Edit.Delete("a", Optional.empty()),
                new Edit.Insert("a", Optional.empty(), List.of(layer)),
                new Edit.Append(Optional.of("aux"), List.of(layer)),
                new Edit.Splice("a", List.of(layer)),
                new Edit.Initialize(
                        "a",
                        Optional.of("dense"),
                        Optional.of(Edit.Scheme.HE_TRUNCATED),
                        Optional.of(Fan.MEAN),
                        Optional.of(0.5)));
    }

    /** All of the catalogue's, and those that no network of it has. */
    private static List<Object> operations() {
        List<Object> operations = new ArrayList<>(Catalogue.all().stream()
                .map(entry -> Catalogue.build(entry.name(), NetworkArguments.defaults()))
                .flatMap(network -> network.nodes().stream())
                .map(Node::operation)
                .distinct()
                .toList());
        operations.add(new SpatialDropout(0.1));
        operations.add(new LayerNorm(1e-6));
        return operations;
    }

    static Stream<Class<?>> types() {
        return EXAMPLES.keySet().stream();
    }

    private static List<Object> of(Class<?> type) {
        return EXAMPLES.getOrDefault(type, List.of());
    }

    private static Stream<Class<?>> members(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(StoredKindsTest::members);
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyMemberHasAnExampleHere(Class<?> type) {
        List<? extends Class<?>> shown =
                of(type).stream().map(Object::getClass).distinct().toList();
        assertThat(members(type).filter(member -> !shown.contains(member)))
                .as("members of %s without an example in %s", type.getSimpleName(), StoredKindsTest.class)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyExampleComesBackFromEachText(Class<?> type) {
        comesBack(type);
    }

    private static <T> void comesBack(Class<T> type) {
        Codec<T> codec = Codec.of(type);
        for (Object each : of(type)) {
            T example = type.cast(each);
            assertThat(codec.fromJson("example", codec.toJson(example)))
                    .as("JSON: %s", codec.toJson(example))
                    .isEqualTo(example);
            String yaml = YamlText.write(codec.write(example));
            assertThat(codec.read(read(yaml))).as("YAML: %s", yaml).isEqualTo(example);
            String canonical = CanonicalText.of(each);
            assertThat(codec.read(read(canonical)))
                    .as("canonical text: %s", canonical)
                    .isEqualTo(example);
        }
    }

    private static Value read(String yaml) {
        Problems problems = new Problems();
        Value value = YamlText.readFile("example", yaml, problems);
        problems.throwIfAny();
        return value;
    }

    /** Two members that are equal but for their kind have two texts. */
    @Test
    void noTwoExamplesHaveOneCanonicalText() {
        EXAMPLES.forEach((type, examples) -> assertThat(
                        examples.stream().map(CanonicalText::of).distinct())
                .as(type.getSimpleName())
                .hasSameSizeAs(examples));
    }
}
