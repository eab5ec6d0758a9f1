package convoy.worker.engine.libtorch.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.random.RandomStream;
import convoy.worker.engine.Device;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.libtorch.device.ResidentMemory;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.Streams;
import convoy.worker.engine.libtorch.device.TorchBackend;
import convoy.worker.engine.libtorch.transfer.Transfers;
import convoy.worker.engine.lowering.DropoutUnits;
import convoy.worker.engine.lowering.DropoutUnits.Kind;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GPU computes, computed by the processor: the bits that Java draws. */
class DropoutMaskTest {
    private static final MicroBatchKey KEY = new MicroBatchKey(11, 5, 3);
    private static final int ALL = Integer.MAX_VALUE;
    private static final List<long[]> SHAPES = List.of(
            new long[] {1, 1, 1, 1},
            new long[] {3, 5, 7, 3},
            new long[] {4, 6, 1, 9},
            new long[] {32, 16, 8, 8},
            new long[] {1, 1},
            new long[] {3, 7},
            new long[] {64, 10});

    private final Transfers transfers = new Transfers(Device.CPU, Streams.NONE);
    private final RandomWords words = new RandomWords(transfers);

    @BeforeAll
    static void load() {
        assertThat(TorchBackend.unavailable(Device.CPU)).isEmpty();
    }

    @AfterEach
    void release() {
        words.close();
    }

    private static Tensor ones(long[] shape, ScalarType type) {
        Tensor ones = torch.ones(shape, new TensorOptions(type));
        return shape.length == 4 ? ones.contiguous(MemoryFormat.ChannelsLast) : ones;
    }

    private Tensor forward(DropoutUnits units, int mostDrawn, Tensor x) {
        return new DropoutMask(units, transfers, words, mostDrawn)
                .forward(new Tensor[] {x}, new Pass(true, KEY, (int) x.size(0)));
    }

    /** In the order of the memory. */
    private static float[] floats(Tensor tensor) {
        Tensor last = tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1) : tensor;
        assertThat(last.is_contiguous()).as("channels last").isTrue();
        float[] floats = new float[(int) last.numel()];
        Tensor host = last.to(ScalarType.Float);
        host.data_ptr_float().get(floats);
        return floats;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDeviceComputesTheBitsThatJavaDraws(Kind kind) {
        for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16, ScalarType.Half)) {
            for (double probability : new double[] {0, 1e-6, 1e-5, 0.2, 0.5, 0.7, 0.999, 0.999999}) {
                for (long[] shape : SHAPES) {
                    if (shape.length == 4 || kind != Kind.CHANNEL) {
                        Scopes.run(() -> requireAlike(new DropoutUnits("drop", probability, kind), shape, type));
                    }
                }
            }
        }
    }

    private void requireAlike(DropoutUnits units, long[] shape, ScalarType type) {
        Tensor x = ones(shape, type);
        Tensor drawn = forward(units, ALL, x);
        Tensor computed = forward(units, 0, x);
        assertThat(computed.scalar_type().intern()).isEqualTo(type);
        assertThat(computed.equal(drawn)).as(units + " " + type.name()).isTrue();
        float[] factors = floats(computed);
        assertThat(floats(drawn)).isEqualTo(factors);
        assertThat(factors).isEqualTo(expected(units, shape, type));
    }

    /** By the definition, repeated over what shares one fate, in the order of channels last. */
    private static float[] expected(DropoutUnits units, long[] shape, ScalarType type) {
        int examples = (int) shape[0];
        int channels = (int) shape[1];
        int pixels = shape.length == 4 ? (int) (shape[2] * shape[3]) : 1;
        float factor =
                floats(torch.full(new long[] {1}, new Scalar(units.factor())).to(type))[0];
        float[] drawn = new float[examples * channels * pixels];
        units.draw(KEY, drawn, drawn.length);
        float[] expected = new float[drawn.length];
        for (int example = 0; example < examples; example++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                for (int channel = 0; channel < channels; channel++) {
                    int at = (example * pixels + pixel) * channels + channel;
                    int unit =
                            switch (units.kind()) {
                                case SCALAR -> at;
                                case CHANNEL -> example * channels + channel;
                                case EXAMPLE -> example;
                            };
                    expected[at] = drawn[unit] == 0 ? 0 : factor;
                }
            }
        }
        return expected;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, ALL})
    void theGradientIsDroppedAsTheOutputIs(int mostDrawn) {
        Scopes.run(() -> {
            Tensor x = ones(new long[] {3, 5, 7, 3}, ScalarType.Float);
            x.set_requires_grad(true);
            Tensor y = forward(new DropoutUnits("drop", 0.3, Kind.SCALAR), mostDrawn, x);
            y.sum().backward();
            assertThat(y.requires_grad()).isTrue();
            assertThat(floats(x.grad())).isEqualTo(floats(y)).contains(0);
        });
    }

    @Test
    void itDoesNothingOutsideTraining() {
        Scopes.run(() -> {
            Tensor x = ones(new long[] {3, 7}, ScalarType.Float);
            DropoutMask mask = new DropoutMask(new DropoutUnits("drop", 0.3, Kind.SCALAR), transfers, words, 0);
            assertThat(mask.forward(new Tensor[] {x}, new Pass(false, KEY, 3))).isSameAs(x);
        });
    }

    @Test
    void wordsAreThoseOfTheStreamWhateverWasAskedForBefore() {
        RandomStream stream = RandomStream.of(1, "words");
        for (int count : new int[] {3, 1, 100_003, 7, 200_000}) {
            long[] computed = new long[count];
            Scopes.run(() -> words.next(stream, count).data_ptr_long().get(computed));
            assertThat(computed)
                    .isEqualTo(
                            LongStream.generate(stream::nextLong).limit(count).toArray());
        }
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        DropoutUnits units = new DropoutUnits("drop", 0.5, Kind.SCALAR);
        long before = 0;
        for (int time = 0; time < 120; time++) {
            if (time == 20) {
                before = ResidentMemory.mebibytes();
            }
            Scopes.run(() -> {
                Tensor x = ones(new long[] {16, 16, 32, 32}, ScalarType.Float);
                x.set_requires_grad(true);
                forward(units, 0, x).sum().backward();
            });
            release();
        }
        // A mask is 1 MiB, and its words half of that.
        assertThat(ResidentMemory.mebibytes() - before).isLessThan(20);
    }
}
