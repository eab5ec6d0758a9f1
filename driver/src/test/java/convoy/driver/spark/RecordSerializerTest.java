package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.driver.worker.WorkerPlan;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.ColorJitter;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GaussianNoise;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.RandomAffine;
import convoy.worker.data.transform.RandomErasing;
import convoy.worker.data.transform.RandomGrayscale;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
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
        WorkerPlan plan = new WorkerPlan(
                "run",
                new WorkerPlan.NetworkPlan(
                        "resnet20_cifar",
                        10,
                        List.of(3, 32, 32),
                        true,
                        new Variant(Optional.of(new Wires(5, Optional.of(16), Optional.empty())), true),
                        new WorkerPlan.FixedPart(
                                List.of("conv1.weight", "bn1.bias"),
                                true,
                                Optional.of("file:/runs/run/initial.safetensors"))),
                new WorkerPlan.DataPlan(
                        "file:/train",
                        "abc",
                        Optional.of("file:/test"),
                        new WorkerPlan.ImagePlan(
                                all,
                                Transforms.of(GlobalContrastNormalization.defaults(), new Zca("file:/train")),
                                List.of(Mix.Mixup.defaults(), Mix.Cutmix.defaults()),
                                new ClassBalance(
                                        Sampling.BALANCED,
                                        List.of(0.5, 2.0),
                                        Optional.of(new RowLabels(2, new int[] {0, 1, 1, 0, 0})))),
                        new WorkerPlan.ReadingPlan(1, 4, 64)),
                new WorkerPlan.StepPlan(1, 32, 8, List.of(10L, 20L)),
                new WorkerPlan.EnginePlan(
                        new EngineChoice("libtorch", "cuda", Precision.BF16, false), 1, new LabelSmoothing(0.1)),
                5000);
        assertThat(through(plan, WorkerPlan.class)).isEqualTo(plan);
    }

    /** Not registered anywhere. */
    private record Stranger(int value) {}

    @Test
    void aClassThatIsNotRegisteredIsRefused() {
        assertThatThrownBy(() -> through(new Stranger(1), Stranger.class))
                .hasStackTraceContaining("Class is not registered");
    }
}
