package convoy.worker.engine.libtorch.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.Device;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.Streams;
import convoy.worker.engine.libtorch.transfer.Transfers;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in for PyTorch's adaptive pooling on a GPU is the same pooling. */
class AdaptiveAverageTest {
    private static final Pass PASS = new Pass(true, new MicroBatchKey(1, 0, 0), 3);

    @ParameterizedTest
    @CsvSource({"14,14,4,4", "7,5,3,2", "9,6,7,4", "5,8,7,3", "4,4,6,6", "13,1,5,1"})
    void theProductIsTheSamePoolingForwardAndBackward(int height, int width, int pooledHeight, int pooledWidth) {
        Scopes.run(() -> {
            AdaptiveAveragePool pool = new AdaptiveAveragePool(pooledHeight, pooledWidth);
            Image in = new Image(6, height, width);
            Kernel product = AdaptiveAverage.product(pool, in, new Transfers(Device.CPU, Streams.NONE));
            Tensor values = torch.randn(3, 6, height, width).contiguous(MemoryFormat.ChannelsLast);
            Tensor weights = torch.randn(3, 6, pooledHeight, pooledWidth);
            Tensor ours = values.clone();
            Tensor theirs = values.clone();
            ours.set_requires_grad(true);
            theirs.set_requires_grad(true);
            Tensor y = product.forward(new Tensor[] {ours}, PASS);
            Tensor expected = torch.adaptive_avg_pool2d(theirs, pooledHeight, pooledWidth);
            assertThat(furthest(y, expected)).isCloseTo(0, within(1e-6));
            assertThat(y.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
            y.mul(weights).sum().backward();
            expected.mul(weights).sum().backward();
            assertThat(furthest(new Tensor(ours.grad()), new Tensor(theirs.grad())))
                    .isCloseTo(0, within(1e-5));
        });
    }

    private static double furthest(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item_double();
    }
}
