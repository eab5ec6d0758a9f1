package convoy.driver.spark;

import com.esotericsoftware.kryo.Kryo;
import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.Seeds;
import convoy.driver.evaluation.Confusion;
import convoy.driver.model.ModelDescription;
import convoy.driver.worker.WorkerPlan;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.batch.OnBadRow;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.RandomErasing;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.provided.ProviderChoice;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.serializer.KryoRegistrator;

/** Names to Kryo every class of ours that Spark serializes. New ones go to the end: the order is the encoding. */
public final class ConvoyRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        record(kryo, WorkerPlan.class);
        record(kryo, Transforms.class);
        members(Transform.class).forEach(kind -> record(kryo, kind));
        record(kryo, EvaluationWork.class);
        record(kryo, ModelDescription.class);
        record(kryo, Shape.Image.class);
        record(kryo, EvaluationMetrics.class);
        record(kryo, TaskOutcome.class);
        kryo.register(RandomErasing.Fill.class);
        for (Class<?> kind : Mix.class.getPermittedSubclasses()) {
            record(kryo, kind);
        }
        record(kryo, Variant.class);
        record(kryo, Wires.class);
        record(kryo, EngineChoice.class);
        kryo.register(Precision.class);
        record(kryo, ClassBalance.class);
        record(kryo, RowLabels.class);
        kryo.register(Sampling.class);
        record(kryo, WorkerPlan.NetworkPlan.class);
        record(kryo, WorkerPlan.FixedPart.class);
        record(kryo, WorkerPlan.DataPlan.class);
        record(kryo, WorkerPlan.ImagePlan.class);
        record(kryo, WorkerPlan.ReadingPlan.class);
        record(kryo, WorkerPlan.StepPlan.class);
        record(kryo, WorkerPlan.EnginePlan.class);
        record(kryo, LabelSmoothing.class);
        record(kryo, Confusion.Count.class);
        record(kryo, Seeds.Each.class);
        record(kryo, RowSet.class);
        record(kryo, Evaluation.Blocks.class);
        kryo.register(Network.class, new NetworkSerializer());
        kryo.register(Flip.Direction.class);
        record(kryo, ProviderChoice.class);
        record(kryo, EvaluationMetrics.Sums.class);
        record(kryo, LabelScores.class);
        kryo.register(OnBadRow.class);
    }

    /** The records of a sealed type, and of the sealed types in it. */
    private static Stream<Class<?>> members(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(ConvoyRegistrator::members);
    }

    private static void record(Kryo kryo, Class<?> type) {
        kryo.register(type, new RecordSerializer());
    }
}
