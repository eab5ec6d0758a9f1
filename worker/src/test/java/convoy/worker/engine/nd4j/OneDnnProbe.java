package convoy.worker.engine.nd4j;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;

/** A process of its own, whose native libraries report what they do: the time of a gradient with oneDNN and without. */
final class OneDnnProbe {

    private OneDnnProbe() {}

    public static void main(String[] arguments) {
        Network network = Catalogue.build("strided_cnn_c", NetworkArguments.defaults());
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, 4, 2);
        try (Engine engine = new Nd4jEngineProvider().compile(network, EngineOptions.cpu())) {
            engine.setParameters(flat);
            double with = seconds(engine, batch, flat.length);
            Nd4j.getEnvironment().allowHelpers(false);
            double without = seconds(engine, batch, flat.length);
            System.out.printf(
                    Locale.ROOT,
                    "probe,%s,%.4f,%.4f,%d%n",
                    NativeBackend.build(),
                    with,
                    without,
                    Pointer.maxPhysicalBytes());
        }
    }

    /** The shortest of three after one that warms up. */
    private static double seconds(Engine engine, Batch batch, int length) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            long start = System.nanoTime();
            engine.gradient(batch, new MicroBatchKey(1, i, 0), new float[length]);
            best = i == 0 ? best : Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }
}
