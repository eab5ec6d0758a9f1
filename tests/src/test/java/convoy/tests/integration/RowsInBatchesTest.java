package convoy.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Features;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scores rely on: a row's logits have the same bits anywhere in batches of one size, and beside their features. */
final class RowsInBatchesTest {
    private static float[] weights(Network network) {
        float[] weights = network.initialize(3);
        Random random = new Random(4);
        int parameters = network.parameterCount();
        for (int i = 0; i < weights.length; i++) {
            weights[i] += i < parameters ? 0.02f * (float) random.nextGaussian() : 0.1f * random.nextFloat();
        }
        return weights;
    }

    private static Engine engine(String name, Network network) {
        Engine engine = Engines.find(name, Device.CPU)
                .compile(network, new EngineOptions(Device.CPU, 1, LabelSmoothing.NONE, Frozen.NOTHING));
        engine.setParameters(weights(network));
        return engine;
    }

    private static float[] row(float[] all, int row, int width) {
        return Arrays.copyOfRange(all, row * width, (row + 1) * width);
    }

    @ParameterizedTest
    @CsvSource({
        "nd4j, lenet5, 16",
        "nd4j, resnet20_cifar, 16",
        "nd4j, lenet5, 48",
        "libtorch, lenet5, 16",
        "libtorch, resnet20_cifar, 16",
        "libtorch, lenet5, 48"
    })
    void aRowHasTheSameBitsInAnyPlaceOfABatchAndBesideAnything(String engineName, String name, int batch) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        int size = network.input().size();
        int classes = network.classes();
        Random random = new Random(1);
        float[] images = new float[batch * size];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        float[] reversed = new float[images.length];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(images, i * size, reversed, (batch - 1 - i) * size, size);
        }
        float[] alone = new float[images.length];
        System.arraycopy(images, 5 * size, alone, 3 * size, size);
        try (Engine engine = engine(engineName, network)) {
            float[] logits = engine.predict(new Batch(batch, images, new int[batch]));
            float[] turned = engine.predict(new Batch(batch, reversed, new int[batch]));
            for (int i = 0; i < batch; i++) {
                assertThat(row(turned, batch - 1 - i, classes)).as("row " + i).isEqualTo(row(logits, i, classes));
            }
            float[] beside = engine.predict(new Batch(batch, alone, new int[batch]));
            assertThat(row(beside, 3, classes)).isEqualTo(row(logits, 5, classes));
            Features features = Features.of(network);
            try (Engine both = engine(engineName, features.network())) {
                float[] outputs = both.predict(new Batch(batch, images, new int[batch]));
                int width = classes + features.count();
                for (int i = 0; i < batch; i++) {
                    assertThat(Arrays.copyOf(row(outputs, i, width), classes)).isEqualTo(row(logits, i, classes));
                }
            }
        }
    }
}
