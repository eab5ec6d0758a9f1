package convoy.driver.resolved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.driver.configuration.FineTuning;
import convoy.driver.configuration.FineTuning.FrozenNorms;
import convoy.driver.configuration.FineTuning.Rate;
import convoy.driver.configuration.FineTuning.Unfreeze;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.engine.NetworkLayout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is trained when, and by whom it is held. */
final class PhaseTest {
    private static final Network NETWORK = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());

    private static List<Phase> phases(FineTuning tuning) {
        return Phase.of(NETWORK, tuning, 5, 10);
    }

    private static List<String> names(Phase phase) {
        return phase.layout().segments().stream().map(Segment::name).toList();
    }

    @Test
    void withoutFineTuningThereIsOnePhaseOfEverything() {
        assertThat(phases(FineTuning.defaults())).singleElement().satisfies(phase -> {
            assertThat(phase.begin()).isZero();
            assertThat(phase.end()).isEqualTo(50);
            assertThat(phase.layout()).isEqualTo(NetworkLayout.of(NETWORK));
            assertThat(phase.leftOut(NETWORK)).isEmpty();
        });
    }

    @Test
    void aFrozenBodyLeavesTheHeadAndTheStatistics() {
        FineTuning tuning = FineTuning.defaults()
                .with()
                .freeze(List.of("*"))
                .unfreeze(List.of(new Unfreeze("fc", 0)))
                .build();
        Phase phase = phases(tuning).get(0);
        assertThat(names(phase))
                .startsWith("fc.weight", "fc.bias", "bn1.running_mean")
                .hasSize(2 + NETWORK.statistics().size());
        assertThat(phase.leftOut(NETWORK))
                .hasSize(NETWORK.parameters().size() - 2)
                .contains("conv1.weight", "bn1.bias")
                .doesNotContain("fc.bias", "bn1.running_mean");
        FineTuning fixed = FineTuning.defaults()
                .with()
                .freeze(List.of("*"))
                .unfreeze(List.of(new Unfreeze("fc", 0)))
                .frozenNorms(FrozenNorms.INFERENCE)
                .build();
        assertThat(names(phases(fixed).get(0))).containsExactly("fc.weight", "fc.bias");
        FineTuning half = FineTuning.defaults()
                .with()
                .freeze(List.of("*.weight"))
                .frozenNorms(FrozenNorms.INFERENCE)
                .build();
        assertThat(names(phases(half).get(0)))
                .as("a batch norm whose shift is trained is not frozen")
                .contains("bn1.bias", "bn1.running_mean");
    }

    @Test
    void whatIsUnfrozenJoinsAtItsEpochWithItsRate() {
        FineTuning tuning = FineTuning.defaults()
                .with()
                .freeze(List.of("*"))
                .unfreeze(List.of(
                        new Unfreeze("fc", 0),
                        new Unfreeze("layer3", 2),
                        new Unfreeze("layer?", 4),
                        new Unfreeze("layer3.2", 1)))
                .rates(List.of(new Rate("layer*", 0.1), new Rate("layer3.2.conv2", 0.5)))
                .frozenNorms(FrozenNorms.INFERENCE)
                .build();
        List<Phase> phases = phases(tuning);
        assertThat(phases).extracting(Phase::begin).containsExactly(0L, 10L, 20L, 40L);
        assertThat(phases).extracting(Phase::end).containsExactly(10L, 20L, 40L, 50L);
        assertThat(names(phases.get(1)))
                .contains("layer3.2.conv1.weight", "layer3.2.bn1.running_var", "fc.bias")
                .doesNotContain("layer3.1.conv1.weight", "layer3.1.bn1.running_var", "layer1.0.conv1.weight");
        assertThat(names(phases.get(3))).contains("layer1.0.conv1.weight").doesNotContain("conv1.weight");
        Segment late = phases.get(3).layout().segment("layer3.2.conv2.weight");
        assertThat(late.since()).isEqualTo(10);
        assertThat(late.rate()).isEqualTo(0.5);
        assertThat(phases.get(3).layout().segment("layer1.0.conv1.weight").since())
                .isEqualTo(40);
        assertThat(phases.get(3).layout().segment("layer1.0.conv1.weight").rate())
                .isEqualTo(0.1);
        assertThat(phases.get(3).layout().segment("fc.weight").rate()).isEqualTo(1);
    }

    static Stream<Arguments> bad() {
        List<Unfreeze> head = List.of(new Unfreeze("fc", 0));
        return Stream.of(
                Arguments.of(
                        List.of("layer9"),
                        List.of(),
                        List.of(),
                        "fine-tuning.freeze.0 = 'layer9' names no tensor of resnet20_cifar; its tensors begin with conv1,"
                                + " bn1, layer1, layer2, layer3, fc"),
                Arguments.of(
                        List.of("*"),
                        List.of(new Unfreeze("head", 0)),
                        List.of(),
                        "fine-tuning.unfreeze.0.tensors = 'head' names no tensor"),
                Arguments.of(
                        List.of("layer1"),
                        List.of(new Unfreeze("fc", 0)),
                        List.of(),
                        "fine-tuning.unfreeze.0.tensors = 'fc' names only tensors that fine-tuning.freeze leaves alone"),
                Arguments.of(
                        List.of("*"),
                        List.of(new Unfreeze("fc", 0), new Unfreeze("layer3", 5)),
                        List.of(),
                        "fine-tuning.unfreeze.1.epoch = 5 >= epochs = 5"),
                Arguments.of(List.of("*"), List.of(), List.of(), "leaves nothing to train at epoch 0"),
                Arguments.of(
                        List.of("*"),
                        List.of(new Unfreeze("fc", 1)),
                        List.of(),
                        "fine-tuning.freeze = [*] leaves nothing to train at epoch 0"),
                Arguments.of(
                        List.of("*"),
                        head,
                        List.of(new Rate("convolution", 2)),
                        "fine-tuning.rates.0.tensors = 'convolution' names no tensor"),
                Arguments.of(
                        List.of("*"),
                        head,
                        List.of(new Rate("fc", 2), new Rate("layer1", 2)),
                        "fine-tuning.rates.1.tensors = 'layer1' names only tensors that are never trained"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatCannotWorkIsOneLine(List<String> freeze, List<Unfreeze> unfreeze, List<Rate> rates, String message) {
        assertThatThrownBy(() -> phases(FineTuning.defaults()
                        .with()
                        .freeze(freeze)
                        .unfreeze(unfreeze)
                        .rates(rates)
                        .build()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void numbersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new Unfreeze("fc", -1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("epoch = -1 < 0");
        for (double factor : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Rate("fc", factor))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("factor = " + factor + " is not a positive number");
        }
    }
}
