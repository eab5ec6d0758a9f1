package convoy.worker.engine.libtorch;

import convoy.worker.engine.behaviour.ConvolutionProbe;
import java.io.IOException;
import org.bytedeco.pytorch.global.torch;

/** The probe of convolutions in a process that says which of its own kernels PyTorch takes. */
final class InstructionSetProbe {
    static final String CAPABILITY = "PyTorch's kernels: ";

    private InstructionSetProbe() {}

    public static void main(String[] arguments) throws IOException {
        ConvolutionProbe.main(arguments);
        System.out.println(CAPABILITY + torch.get_cpu_capability().getString());
    }
}
