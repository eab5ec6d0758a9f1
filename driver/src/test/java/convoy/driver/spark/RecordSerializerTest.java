package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.driver.configuration.Seeds;
import convoy.driver.evaluation.Confusion;
import convoy.driver.worker.WorkerPlan;
import convoy.driver.worker.WorkerPlanBuilder;
import convoy.driver.worker.WorkerPlanDataPlanBuilder;
import convoy.driver.worker.WorkerPlanEnginePlanBuilder;
import convoy.driver.worker.WorkerPlanFixedPartBuilder;
import convoy.driver.worker.WorkerPlanImagePlanBuilder;
import convoy.driver.worker.WorkerPlanNetworkPlanBuilder;
import convoy.driver.worker.WorkerPlanReadingPlanBuilder;
import convoy.driver.worker.WorkerPlanStepPlanBuilder;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.ColorJitter;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GaussianNoise;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.Provided;
import convoy.worker.data.transform.RandomAffine;
import convoy.worker.data.transform.RandomErasing;
import convoy.worker.data.transform.RandomGrayscale;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.provided.ProviderChoice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

final class RecordSerializerTest {
    private static SerializerInstance serializer() {
        SparkConf conf = SparkSettings.apply(new SparkConf(false).setMaster("local[1]"), new RunSize(1, 1, 0));
        return new KryoSerializer(conf).newInstance();
    }

    private static <T> T through(T value, Class<T> type) {
        ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
        ByteBuffer bytes = serializer().serialize(value, tag);
        return serializer().deserialize(bytes, tag);
    }

    /** Whichever there is, with whatever its settings are made of. */
    @Test
    void everyTransformComesThrough() throws ReflectiveOperationException {
        List<Class<?>> kinds = records(Transform.class);
        assertThat(kinds).hasSizeGreaterThan(14);
        for (Class<?> kind : kinds) {
            Transform example = example(kind);
            assertThat(through(Transforms.of(example), Transforms.class)).isEqualTo(Transforms.of(example));
        }
    }

    private static Transform example(Class<?> kind) throws ReflectiveOperationException {
        if (kind == Provided.class) {
            return new Provided("posterize", Optional.of("2"), new TreeMap<>(Map.of("levels", "4")));
        }
        return kind.getRecordComponents().length == 0
                ? (Transform) kind.getDeclaredConstructor().newInstance()
                : (Transform) kind.getMethod("defaults").invoke(null);
    }

    private static List<Class<?>> records(Class<?> sealed) {
        List<Class<?>> records = new ArrayList<>();
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            records.addAll(kind.isSealed() ? records(kind) : List.of(kind));
        }
        return records;
    }

    @Test
    void aPlanWithEveryTransformComesThrough() {
        Transforms all = Transforms.of(
                Pad.defaults(),
                PadCrop.defaults(),
                Flip.defaults(),
                Resize.defaults(),
                CenterCrop.defaults(),
                RandomResizedCrop.defaults(),
                RandomAffine.defaults(),
                ColorJitter.defaults(),
                RandomGrayscale.defaults(),
                GaussianNoise.defaults(),
                new Normalize(List.of(0.5), List.of(0.25)),
                RandomErasing.defaults());
        WorkerPlan plan = WorkerPlanBuilder.builder()
                .run("run")
                .network(WorkerPlanNetworkPlanBuilder.builder()
                        .graph(Optional.of(Catalogue.build("lenet5", NetworkArguments.defaults())))
                        .name("resnet20_cifar")
                        .classes(10)
                        .input(List.of(3, 32, 32))
                        .dropout(true)
                        .variant(new Variant(Optional.of(new Wires(5, Optional.of(16), Optional.empty())), true, false))
                        .fixed(WorkerPlanFixedPartBuilder.builder()
                                .tensors(List.of("conv1.weight", "bn1.bias"))
                                .norms(true)
                                .others(Optional.of("file:/runs/run/initial.safetensors"))
                                .build())
                        .build())
                .data(WorkerPlanDataPlanBuilder.builder()
                        .train("file:/train")
                        .trainFingerprint("abc")
                        .validation(Optional.of("file:/test"))
                        .heldOut(Optional.of(new RowSet(70, new long[] {1L << 63 | 5, 33})))
                        .images(WorkerPlanImagePlanBuilder.builder()
                                .transforms(all)
                                .evaluationTransforms(
                                        Transforms.of(GlobalContrastNormalization.defaults(), new Zca("file:/train")))
                                .mixes(List.of(Mix.Mixup.defaults(), Mix.Cutmix.defaults()))
                                .balance(new ClassBalance(
                                        Sampling.BALANCED,
                                        List.of(0.5, 2.0),
                                        Optional.of(new RowLabels(2, new int[] {0, 1, 1, 0, 0}))))
                                .build())
                        .reading(WorkerPlanReadingPlanBuilder.builder()
                                .threads(1)
                                .lookAhead(4)
                                .cacheMegabytes(64)
                                .build())
                        .build())
                .steps(WorkerPlanStepPlanBuilder.builder()
                        .metrics(List.of(
                                new ProviderChoice("recall", new TreeMap<>(Map.of("class", "3", "of", "rows")))))
                        .seeds(new Seeds.Each(1, 2, 3, 4))
                        .microBatch(32)
                        .microBatches(8)
                        .evaluations(List.of(10L, 20L))
                        .build())
                .computing(WorkerPlanEnginePlanBuilder.builder()
                        .choice(new EngineChoice("libtorch", "cuda")
                                .with()
                                .precision(Precision.BF16)
                                .deterministic(false)
                                .build())
                        .threads(1)
                        .labelSmoothing(new LabelSmoothing(0.1))
                        .build())
                .silenceMillis(5000)
                .build();
        assertThat(through(plan, WorkerPlan.class)).isEqualTo(plan);
    }

    /** Not registered anywhere. */
    private record Stranger(int value) {}

    @Test
    void aClassThatIsNotRegisteredIsRefused() {
        assertThatThrownBy(() -> through(new Stranger(1), Stranger.class))
                .hasStackTraceContaining("Class is not registered");
    }

    @Test
    void whatATaskOfAnEvaluationCountedComesThrough() {
        TaskOutcome<Evaluation.Blocks> outcome = new TaskOutcome<>(
                List.of(new Evaluation.Blocks(
                        List.of(new EvaluationMetrics(7, 0, 512, 300, 400, 12.5)),
                        List.of(new Confusion.Count(0, 3, 12), new Confusion.Count(1, Confusion.NONE, 1)),
                        List.of())),
                false,
                "",
                "");
        assertThat(through(outcome, TaskOutcome.class)).isEqualTo(outcome);
    }

    @Test
    void scoresOfSeveralLabelsComeThrough() {
        LabelScores scores = through(new LabelScores(3, new int[] {1, 0}, new float[] {0.5f, -1}), LabelScores.class);
        assertThat(scores.block()).isEqualTo(3);
        assertThat(scores.labels()).containsExactly(1, 0);
        assertThat(scores.logits()).containsExactly(0.5f, -1);
    }
}
