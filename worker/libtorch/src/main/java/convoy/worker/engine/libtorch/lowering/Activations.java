package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.operations.Activation;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The functions of each scalar alone, by PyTorch's names. */
final class Activations {
    private Activations() {}

    static Tensor of(Activation.Function function, Tensor x) {
        return switch (function) {
            case RELU -> torch.relu(x);
            case RELU6 -> torch.hardtanh(x, new Scalar(0.0), new Scalar(6.0));
            case SILU -> torch.silu(x);
            case GELU -> torch.gelu(x);
            case SIGMOID -> torch.sigmoid(x);
            case HARD_SIGMOID -> torch.hardsigmoid(x);
            case HARD_SWISH -> torch.hardswish(x);
            case TANH -> torch.tanh(x);
        };
    }
}
