package convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.engine.samples.SampleNetworks;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {

    @Test
    void whatIsNamedStays() {
        assertThat(new EngineChoice("nd4j", "cuda:3").settle(true)).isEqualTo(new EngineChoice("nd4j", "cuda:3"));
        assertThat(new EngineChoice("someday", "cpu").settle(false)).isEqualTo(new EngineChoice("someday", "cpu"));
    }

    /** Here is nd4j alone, in its build for the processor. */
    @Test
    void whatIsLeftOpenIsWhatCanComputeHere() {
        assertThat(new EngineChoice("auto", "cpu").settle(true)).isEqualTo(new EngineChoice("nd4j", "cpu"));
        assertThat(new EngineChoice("auto", "cpu").settle(true, SampleNetworks.norms()))
                .isEqualTo(new EngineChoice("nd4j", "cpu"));
        assertThat(new EngineChoice("nd4j", "auto").settle(true)).isEqualTo(new EngineChoice("nd4j", "cpu"));
        assertThat(new EngineChoice("auto", "auto").settle(false)).isEqualTo(new EngineChoice("nd4j", "cpu"));
    }

    @Test
    void saysWhyNothingCan() {
        assertThatThrownBy(() -> new EngineChoice("auto", "cuda:0").settle(true))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "engine = auto: nothing installed can compute on device = cuda:0: nd4j: this build has ND4J for"
                                + " the processor; build with -Pcuda for CUDA 11.6 (GPUs up to compute capability 8.6)");
        assertThatThrownBy(() -> new EngineChoice("nd4j", "gpu"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("device = 'gpu' is not a device: write auto, cpu, cuda or cuda:N, as cuda:0");
    }

    @Test
    void saysWhichPrecisionIsNotToBeHadWhere() {
        assertThatThrownBy(() -> new EngineChoice("nd4j", "cpu").withPrecision(Precision.BF16))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "precision = bf16 is not to be had of engine = nd4j, which computes in fp32 alone: take engine ="
                                + " libtorch");
        assertThatThrownBy(() -> new EngineChoice("libtorch", "cpu").withPrecision(Precision.TF32))
                .isInstanceOf(BadInputException.class)
                .hasMessage("precision = tf32 is a GPU's arithmetic, and device = cpu: take fp32 there, or a GPU");
        assertThatThrownBy(() -> new EngineChoice("auto", "auto")
                        .withPrecision(Precision.FP16)
                        .settle(true))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "engine = auto: nothing installed can compute on device = auto: nd4j: precision = fp16 is not to"
                                + " be had of engine = nd4j, which computes in fp32 alone: take engine = libtorch");
    }
}
