package convoy.worker.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import convoy.worker.engine.behaviour.EngineBehaviour;
import convoy.worker.engine.samples.SampleNetworks;
import org.junit.jupiter.api.Test;

class Nd4jEngineTest extends EngineBehaviour {

    @Override
    protected EngineProvider provider() {
        return new Nd4jEngineProvider();
    }

    @Test
    void refusesOtherPrecisions() {
        assertThatThrownBy(() -> provider()
                        .compile(SampleNetworks.norms(), EngineOptions.cpu().in(Precision.FP16)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("precision = fp16 is not to be had of engine = nd4j");
    }

    @Test
    void refusesDilationAndOtherThreads() {
        assertThatThrownBy(() -> provider().compile(SampleNetworks.dilated(), EngineOptions.cpu()))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "network dilated: node conv is a convolution with dilation, which the engine nd4j does not have;"
                                + " choose another engine");
        try (Engine engine = provider().compile(SampleNetworks.norms(), EngineOptions.cpu())) {
            assertThat(engine).isNotNull();
            assertThatThrownBy(() -> new Nd4jEngine(
                            SampleNetworks.norms(), new EngineOptions(Device.CPU, 2, LabelSmoothing.NONE)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("threads = 2");
        }
    }
}
