package convoy.worker.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.behaviour.EngineBehaviour;
import convoy.worker.engine.libtorch.device.ResidentMemory;
import convoy.worker.engine.samples.SampleNetworks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibtorchEngineTest extends EngineBehaviour {
    private static final boolean LONG = Boolean.getBoolean("long.tests");
    private static final int WARM_UP = 10;

    @Override
    protected EngineProvider provider() {
        return new LibtorchEngineProvider();
    }

    /**
     * PyTorch adds up the moments of batch norms in single precision where channels are last: those of Inception-v4's first one are
     * 2e-6 off where ND4J's are 5e-8, and the last one's, over 27 numbers each, 1e-3 and 2e-4.
     */
    @Override
    protected double roundings() {
        return 12;
    }

    /** What a step makes is released when it ends. */
    @Test
    void theResidentSizeStaysFlatOverManySteps() throws IOException {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        float[] flat = SampleNetworks.weights(network, 1);
        float[] gradient = new float[flat.length];
        Batch batch = SampleNetworks.batch(network, 8, 2);
        int steps = LONG ? 2_000 : 60;
        try (Engine engine = provider().compile(network, EngineOptions.cpu())) {
            long before = 0;
            for (int step = 0; step < steps + WARM_UP; step++) {
                if (step == WARM_UP) {
                    before = ResidentMemory.mebibytes();
                }
                engine.setParameters(flat);
                engine.gradient(batch, new MicroBatchKey(1, step, 0), gradient);
            }
            long after = ResidentMemory.mebibytes();
            System.out.printf("libtorch: resident %d MiB, after %d steps %d MiB%n", before, steps, after);
            // A step's activations are 20 MiB.
            assertThat(after - before).isLessThan(40);
        }
    }

    @Test
    void aNetworkCompiledUsedAndClosedLeavesNothingBehind() throws IOException {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        float[] flat = SampleNetworks.weights(network, 1);
        float[] gradient = new float[flat.length];
        Batch batch = SampleNetworks.batch(network, 8, 2);
        int times = LONG ? 100 : 15;
        long before = 0;
        for (int time = 0; time < times + WARM_UP; time++) {
            if (time == WARM_UP) {
                before = ResidentMemory.mebibytes();
            }
            try (Engine engine = provider().compile(network, EngineOptions.cpu())) {
                engine.setParameters(flat);
                engine.gradient(batch, new MicroBatchKey(1, 0, 0), gradient);
                engine.predict(batch);
            }
        }
        long after = ResidentMemory.mebibytes();
        System.out.printf("libtorch: resident %d MiB, after %d engines %d MiB%n", before, times, after);
        assertThat(after - before).isLessThan(80);
    }

    /** Gradients are final in falling stretches, the statistics first, and all of them in the end. */
    @Test
    void partsOfAGradientAreDoneBeforeTheWhole() {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        float[] flat = SampleNetworks.weights(network, 1);
        float[] gradient = new float[flat.length];
        Batch batch = SampleNetworks.batch(network, 4, 2);
        List<Integer> begins = new ArrayList<>();
        List<float[]> ends = new ArrayList<>();
        try (Engine engine = provider().compile(network, EngineOptions.cpu())) {
            engine.setParameters(flat);
            engine.gradient(batch, new MicroBatchKey(1, 0, 0), gradient, begin -> {
                begins.add(begin);
                ends.add(Arrays.copyOfRange(gradient, begin, gradient.length));
            });
        }
        assertThat(begins).hasSizeGreaterThan(4).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(begins.get(begins.size() - 1)).isZero();
        for (int i = 0; i < begins.size(); i++) {
            assertThat(ends.get(i)).isEqualTo(Arrays.copyOfRange(gradient, begins.get(i), gradient.length));
        }
    }

    /** Which ND4J has not: a kernel with gaps. */
    @Test
    void dilatesConvolutions() {
        compareWithExact(SampleNetworks.dilated(), 3, 0, 1e-5);
        compareWithExact(SampleNetworks.dilatedPoints(), 3, 0, 1e-5);
    }

    /** Without its guard the gradient is not of this batch with AVX-512, and another one each time. */
    @ParameterizedTest
    @CsvSource({"2, 2, 1, 0", "4, 3, 2, 0", "3, 3, 2, 1", "5, 5, 4, 2"})
    void stridesWithNowhereToGo(int kernelWidth, int strideWidth, int unused, int padding) {
        compareWithExact(SampleNetworks.stridedColumn(kernelWidth, strideWidth, unused, padding), 3, 0, 1e-5);
    }

    @Test
    void saysInOneLineWhatAGpuNeeds() {
        assertThat(provider().unavailable(Device.CPU)).isEmpty();
        String reason = provider().unavailable(Device.cuda(7)).orElse("");
        assertThat(reason).isNotEmpty().doesNotContain("\n");
        assertThatThrownBy(() -> provider()
                        .compile(SampleNetworks.norms(), new EngineOptions(Device.cuda(7), 1, LabelSmoothing.NONE)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("engine = libtorch cannot compute on device = cuda:7: " + reason);
    }
}
