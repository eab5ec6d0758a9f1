package convoy.worker.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.architectures.Shape.Image;
import convoy.worker.data.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NarrowCopy;
import convoy.worker.engine.Precision;
import convoy.worker.engine.SampleNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a GPU does beside computing, on a device whose copies are as late as they may be. */
class StreamsTest {

    /** Copies that are made when somebody waits for them, not before. */
    private static final class Late implements Streams {
        private final AtomicInteger made = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public Copy out(Supplier<List<Tensor>> copy) {
            return new LateCopy(copy);
        }

        @Override
        public Copy in(Supplier<List<Tensor>> copy) {
            made.incrementAndGet();
            return new LateCopy(copy);
        }

        private final class LateCopy implements Copy {
            private final Supplier<List<Tensor>> copy;
            private Optional<List<Tensor>> tensors = Optional.empty();

            LateCopy(Supplier<List<Tensor>> copy) {
                this.copy = copy;
                open.incrementAndGet();
            }

            @Override
            public boolean isDone() {
                return tensors.isPresent();
            }

            @Override
            public List<Tensor> await() {
                if (tensors.isEmpty()) {
                    tensors = Optional.of(Scopes.kept(copy));
                }
                return tensors.get();
            }

            @Override
            public List<Tensor> onDevice() {
                return await();
            }

            @Override
            public void close() {
                await().forEach(Tensor::close);
                open.decrementAndGet();
            }
        }
    }

    /** What was told of a gradient: where its parts begin, and what it was from there on. */
    private record Told(List<Integer> begins, List<float[]> parts) {
        private static Told of(Engine engine, Batch batch, int step, float[] gradient) {
            Told told = new Told(new ArrayList<>(), new ArrayList<>());
            engine.gradient(batch, new MicroBatchKey(1, step, 0), gradient, begin -> {
                told.begins.add(begin);
                told.parts.add(Arrays.copyOfRange(gradient, begin, gradient.length));
            });
            return told;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16", "FP16"})
    void copiesThatAreLateAndHintsThatAreWrongChangeNothing(Precision precision) {
        Network network = NarrowCopy.of(
                Catalogue.build("resnet18", NetworkArguments.defaults().withInput(new Image(3, 32, 32))), 16);
        float[] flat = SampleNetworks.weights(network, 1);
        List<Batch> batches = List.of(
                SampleNetworks.batch(network, 4, 1),
                SampleNetworks.batch(network, 3, 2),
                SampleNetworks.batch(network, 4, 3));
        EngineOptions options = EngineOptions.cpu().in(precision);
        Late late = new Late();
        try (Engine prompt = new LibtorchEngine(network, options, TorchBackend.streams(Device.CPU));
                Engine other = new LibtorchEngine(network, options, late)) {
            prompt.setParameters(flat);
            other.setParameters(flat);
            for (int step = 0; step < 6; step++) {
                Batch batch = batches.get(step % 3);
                // Right at first, wrong from the fourth step on.
                other.upcoming(batches.get((step < 3 ? step + 1 : step) % 3));
                float[] expected = new float[flat.length];
                float[] gradient = new float[flat.length];
                Told toldOfExpected = Told.of(prompt, batch, step, expected);
                Told told = Told.of(other, batch, step, gradient);
                assertThat(gradient).isEqualTo(expected);
                assertThat(told.begins()).isEqualTo(toldOfExpected.begins());
                for (int i = 0; i < told.begins().size(); i++) {
                    assertThat(told.parts().get(i))
                            .isEqualTo(
                                    Arrays.copyOfRange(gradient, told.begins().get(i), flat.length));
                }
                assertThat(other.predict(batch)).isEqualTo(prompt.predict(batch));
            }
            // Six predictions, the first batch, six that were sent ahead, and the last two, of which others were.
            assertThat(late.made).hasValue(6 + 1 + 6 + 2);
            // What was sent ahead last.
            assertThat(late.open).hasValue(1);
        }
        assertThat(late.open).hasValue(0);
    }
}
