package convoy.worker.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.DeviceLostException;
import convoy.worker.engine.Engine;
import convoy.worker.engine.Engine.Progress;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.Precision;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.Streams;
import convoy.worker.engine.libtorch.device.TorchBackend;
import convoy.worker.engine.libtorch.transfer.Placement;
import convoy.worker.engine.libtorch.transfer.Transfers;
import convoy.worker.engine.samples.NarrowCopy;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a GPU does beside computing, on a device whose copies are as late as they may be, or as early. */
class StreamsTest {
    /** Floats that leave at once: less than most stages have. */
    private static final int PART = 1_500;

    /** Copies that are made when somebody waits for them, not before; or at once. */
    private static class Beside implements Streams {
        private final boolean late;
        private volatile boolean failing;
        private volatile boolean broken;
        private final AtomicInteger made = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger held = new AtomicInteger();

        Beside(boolean late) {
            this.late = late;
        }

        @Override
        public boolean copiesBeside() {
            return true;
        }

        @Override
        public int fewest() {
            return 1;
        }

        @Override
        public int most() {
            return PART;
        }

        @Override
        public Copy out(Supplier<List<Tensor>> copy) {
            if (failing) {
                throw new IllegalStateException("CUDA error: an illegal memory access was encountered\nand more");
            }
            return new CountedCopy(copy);
        }

        @Override
        public Copy in(Supplier<List<Tensor>> copy) {
            made.incrementAndGet();
            return new CountedCopy(copy);
        }

        @Override
        public boolean isLost() {
            return broken;
        }

        @Override
        public void holdIn() {
            held.incrementAndGet();
        }

        private final class CountedCopy implements Copy {
            private final Supplier<List<Tensor>> copy;
            private Optional<List<Tensor>> tensors = Optional.empty();

            CountedCopy(Supplier<List<Tensor>> copy) {
                this.copy = copy;
                open.incrementAndGet();
                if (!late) {
                    await();
                }
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
        Beside late = new Beside(true);
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
                // Cut, where it leaves beside what is computed.
                assertThat(told.begins())
                        .containsAll(toldOfExpected.begins())
                        .isSortedAccordingTo(Comparator.reverseOrder())
                        .doesNotHaveDuplicates();
                if (precision != Precision.FP16) {
                    assertThat(told.begins())
                            .hasSizeGreaterThan(2 * toldOfExpected.begins().size());
                }
                for (int i = 0; i < told.begins().size(); i++) {
                    assertThat(told.parts().get(i))
                            .isEqualTo(
                                    Arrays.copyOfRange(gradient, told.begins().get(i), flat.length));
                }
                assertThat(other.predict(batch)).isEqualTo(prompt.predict(batch));
            }
            // Memory for parameters, these, six predictions, the first batch, six that were sent ahead, and the last
            // two, of
            // which others were.
            assertThat(late.made).hasValue(1 + 1 + 6 + 1 + 6 + 2);
            // The memory, and what was sent ahead last.
            assertThat(late.open).hasValue(2);
        }
        assertThat(late.open).hasValue(0);
    }

    /** Two engines at the same values, of which only the second one is told what arrives. */
    private record Pair(Network network, int length, Engine prompt, Engine other, Batch batch, Beside streams) {

        static Pair of(Network network, Engine prompt, Engine other, Beside streams) {
            int length = NetworkLayout.of(network).size();
            return new Pair(network, length, prompt, other, SampleNetworks.batch(network, 3, 1), streams);
        }

        /** Both compute the same bits. */
        void agree() {
            agree(begin -> {});
        }

        void agree(Progress progress) {
            float[] expected = new float[length()];
            float[] gradient = new float[length()];
            prompt.gradient(batch, new MicroBatchKey(1, 0, 0), expected);
            other.gradient(batch, new MicroBatchKey(1, 0, 0), gradient, progress);
            assertThat(gradient).isEqualTo(expected);
            assertThat(other.predict(batch)).isEqualTo(prompt.predict(batch));
        }

        /**
         * Tells of parts, given in shares of the whole, and sees that the values in force stay so; then sets the array.
         *
         * @return how many pieces came
         */
        int arrive(float[] flat, double... shares) {
            int before = streams.made.get();
            for (int i = 0; i < shares.length; i += 2) {
                other.arriving(flat, (int) (shares[i] * length()), (int) (shares[i + 1] * length()));
                agree();
            }
            set(flat);
            // But for images, of a gradient and a prediction each time.
            return streams.made.get() - before - 2 * (shares.length / 2 + 1);
        }

        void set(float[] flat) {
            prompt.setParameters(flat);
            other.setParameters(flat);
            // The array is the caller's again.
            Arrays.fill(flat, Float.NaN);
            // The memory alone: what has come is dropped.
            assertThat(streams.open).hasValue(1);
            agree();
        }

        /** Other values for each seed. */
        float[] values(int seed) {
            return SampleNetworks.weights(network, seed);
        }
    }

    static List<Arguments> arrivals() {
        return Stream.of(true, false)
                .flatMap(late -> Stream.of(
                        // 2.8 million floats: the whole is three pieces.
                        Arguments.of(late, Precision.FP32, 2, List.of(4, 6, 8, 4)),
                        Arguments.of(late, Precision.BF16, 16, List.of(3, 5, 7, 2)),
                        Arguments.of(late, Precision.FP16, 16, List.of(3, 5, 7, 2))))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("arrivals")
    void valuesThatArriveAheadAreInForceOnceTheyAreSetAndNotBefore(
            boolean late, Precision precision, int divisor, List<Integer> expected) {
        Network network = NarrowCopy.of(
                Catalogue.build("resnet18", NetworkArguments.defaults().withInput(new Image(3, 32, 32))), divisor);
        EngineOptions options = EngineOptions.cpu().in(precision);
        Beside streams = new Beside(late);
        try (Engine prompt = new LibtorchEngine(network, options, TorchBackend.streams(Device.CPU));
                Engine other = new LibtorchEngine(network, options, streams)) {
            assertThat(other.takesArriving()).isTrue();
            Pair pair = Pair.of(network, prompt, other, streams);
            pair.set(pair.values(1));
            List<Integer> pieces = new ArrayList<>();
            pieces.add(pair.arrive(pair.values(2), 0, 0.1, 0.1, 0.7, 0.7, 1));
            // In any order, and not all.
            pieces.add(pair.arrive(pair.values(3), 0.8, 0.9, 0.2, 0.3));
            // Twice, in part, and of nothing.
            pieces.add(pair.arrive(pair.values(4), 0.1, 0.5, 0.2, 0.3, 0.4, 0.6, 0.5, 0.6, 0.7, 0.7));
            // Of an array that is never set, whether or not another one is told of.
            int before = streams.made.get();
            pair.other().arriving(pair.values(5), 0, pair.length());
            // By a thread beside this one; what follows is counted.
            awaitMade(streams, before + (pair.length() + (1 << 20) - 1) / (1 << 20));
            pieces.add(pair.arrive(pair.values(6), 0.3, 1));
            assertThat(pieces).isEqualTo(expected);
            pair.other().arriving(pair.values(7), 0, pair.length());
            pair.set(pair.values(8));
            // While a gradient is handed out.
            float[] flat = pair.values(9);
            pair.agree(begin -> pair.other().arriving(flat, begin, Math.min(flat.length, begin + 20_000)));
            pair.set(flat);
            pair.set(pair.values(10));
            assertThat(streams.held).as("one for each array that was set").hasValue(8);
            // What is on its way when the engine is closed.
            pair.other().arriving(pair.values(11), 0, pair.length());
        }
        assertThat(streams.open).hasValue(0);
    }

    private static void awaitMade(Beside streams, int copies) {
        long begin = System.nanoTime();
        while (streams.made.get() < copies && System.nanoTime() - begin < 30_000_000_000L) {
            Thread.onSpinWait();
        }
        assertThat(streams.made).hasValue(copies);
    }

    @Test
    void aProcessorCopiesNothingAhead() {
        Network network = SampleNetworks.norms();
        assertThat(new Transfers(Device.CPU, TorchBackend.streams(Device.CPU))
                        .incoming(new Placement(NetworkLayout.of(SampleNetworks.norms()))))
                .isEmpty();
        try (Engine engine = new LibtorchEngine(network, EngineOptions.cpu(), TorchBackend.streams(Device.CPU))) {
            assertThat(engine.takesArriving()).isFalse();
            float[] flat = SampleNetworks.weights(network, 1);
            assertThatThrownBy(() -> engine.arriving(flat, 1, flat.length + 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> engine.arriving(new float[3], 0, 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** A lack of memory passes; what breaks the context of the process does not. */
    @Test
    void aDeviceThatIsLostIsToldFromAFailure() {
        Network network = SampleNetworks.norms();
        Beside streams = new Beside(true);
        float[] flat = SampleNetworks.weights(network, 1);
        float[] gradient = new float[flat.length];
        Batch batch = SampleNetworks.batch(network, 3, 1);
        try (Engine engine = new LibtorchEngine(network, EngineOptions.cpu(), streams)) {
            engine.setParameters(flat);
            streams.failing = true;
            assertThatThrownBy(() -> engine.gradient(batch, new MicroBatchKey(1, 0, 0), gradient))
                    .isExactlyInstanceOf(IllegalStateException.class);
            streams.broken = true;
            assertThatThrownBy(() -> engine.gradient(batch, new MicroBatchKey(1, 0, 0), gradient))
                    .isInstanceOf(DeviceLostException.class)
                    .hasMessage(
                            "cpu failed with 'CUDA error: an illegal memory access was encountered', and this process"
                                    + " cannot use it any more");
            streams.failing = false;
            streams.broken = false;
            engine.gradient(batch, new MicroBatchKey(1, 0, 0), gradient);
        }
        assertThat(streams.open).hasValue(0);
    }

    /** Who was never made holds nothing: neither the setting that all engines share nor a thread. */
    @Test
    void anEngineThatCannotBeMadeLeavesNothingBehind() {
        Network network = SampleNetworks.norms();
        Beside streams = new Beside(true) {
            @Override
            public Copy in(Supplier<List<Tensor>> copy) {
                throw new IllegalStateException("out of memory");
            }
        };
        long threads = engineThreads();
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> new LibtorchEngine(network, EngineOptions.cpu(), streams))
                    .hasMessage("out of memory");
        }
        // They end by themselves, a moment after they are told to.
        long begin = System.nanoTime();
        while (engineThreads() > threads && System.nanoTime() - begin < 30_000_000_000L) {
            Thread.onSpinWait();
        }
        assertThat(engineThreads()).isLessThanOrEqualTo(threads);
    }

    private static long engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("libtorch-") && thread.isAlive())
                .count();
    }
}
