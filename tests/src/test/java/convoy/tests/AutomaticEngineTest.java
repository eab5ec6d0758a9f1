package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Precision;
import org.junit.jupiter.api.Test;

/** What {@code engine: auto} takes where both engines are installed. */
final class AutomaticEngineTest {
    private static Network network(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    private static String engine(Precision precision, String network) {
        return new EngineChoice("auto", "cpu")
                .withPrecision(precision)
                .settle(false, network(network))
                .engine();
    }

    @Test
    void isTheOneThatIsFasterForTheNetworkOnThisProcessor() {
        boolean nd4j = Engines.find("nd4j", Device.CPU).isFastestFor(network("all_cnn_c"), Device.CPU);
        assertThat(engine(Precision.FP32, "all_cnn_c")).isEqualTo(nd4j ? "nd4j" : "libtorch");
        assertThat(engine(Precision.FP32, "resnet20_cifar")).isEqualTo("libtorch");
    }

    @Test
    void isTheOneThatHasThePrecision() {
        assertThat(engine(Precision.BF16, "all_cnn_c")).isEqualTo("libtorch");
    }

    @Test
    void dependsOnNoNetworkWhereNoneIsTrained() {
        assertThat(new EngineChoice("auto", "cpu").settle(false).engine()).isEqualTo("libtorch");
    }

    @Test
    void isWhatWasNamedIfOneWas() {
        assertThat(new EngineChoice("libtorch", "auto")
                        .settle(false, network("all_cnn_c"))
                        .engine())
                .isEqualTo("libtorch");
    }
}
