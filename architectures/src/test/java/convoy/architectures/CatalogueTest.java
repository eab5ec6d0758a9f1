package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CatalogueTest {
    @ParameterizedTest
    @CsvSource({"resnet20_cifar, 269722", "resnet32_cifar, 464154", "model_a, 839242", "all_cnn_c, 1369738"})
    void countsParameters(String name, int parameters) {
        assertThat(Catalogue.build(name, NetworkArguments.defaults()).parameterCount())
                .isEqualTo(parameters);
    }

    @ParameterizedTest
    @CsvSource({"resnet-20-cifar, resnet20_cifar", "allcnn_c, all_cnn_c", "ALL_CNN_C, all_cnn_c"})
    void unknownNameGetsSuggestions(String typed, String meant) {
        assertThatThrownBy(() -> Catalogue.find(typed))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("network = " + typed + " is not in the catalogue")
                .hasMessageContaining("did you mean " + meant);
    }

    @Test
    void nonsenseGetsNoSuggestion() {
        assertThatThrownBy(() -> Catalogue.find("banana"))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("did you mean");
    }
}
