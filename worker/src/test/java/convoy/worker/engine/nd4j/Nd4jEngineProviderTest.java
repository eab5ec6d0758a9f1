package convoy.worker.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.worker.engine.Device;
import org.junit.jupiter.api.Test;

class Nd4jEngineProviderTest {

    private static Network network(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    /** VGG without norms, All-CNN-C and two that it is compared with: those where it was measured to be ahead, and their like. */
    @Test
    void isForNetworksOfThreeByThreeConvolutions() {
        assertThat(Catalogue.all().stream()
                        .map(Entry::name)
                        .filter(name -> Nd4jEngineProvider.isForWinograd(network(name))))
                .containsExactly(
                        "vgg11",
                        "vgg13",
                        "vgg16_1x1",
                        "vgg16",
                        "vgg19",
                        "model_c",
                        "convpool_cnn_c",
                        "all_cnn_c",
                        "all_cnn_c_6x6");
    }

    @Test
    void isFastestForThemWhereTheProcessorHasAvx512() {
        Nd4jEngineProvider provider = new Nd4jEngineProvider();
        assertThat(provider.isFastestFor(network("vgg11"), Device.CPU)).isEqualTo(NativeBackend.hasAvx512());
        assertThat(provider.isFastestFor(network("vgg11"), Device.parse("cuda:0")))
                .isFalse();
        assertThat(provider.isFastestFor(network("resnet18"), Device.CPU)).isFalse();
    }
}
