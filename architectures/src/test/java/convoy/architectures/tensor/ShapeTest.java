package convoy.architectures.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.records.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShapeTest {
    @Test
    void readsWhatItWrites() {
        Image image = new Image(3, 224, 192);
        assertThat(image).hasToString("3x224x192");
        assertThat(Image.parse(" 3x224x192 ")).isEqualTo(image);
        assertThat(image.size()).isEqualTo(3 * 224 * 192);
        assertThat(new Vector(10)).hasToString("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3x224", "3x224x224x1", "3,224,224", "axbxc", "3x224x", "3x99999999999x1"})
    void explainsWhatItCannotRead(String text) {
        assertThatThrownBy(() -> Image.parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessage("input = " + text + " is no shape; write channels x height x width, for example 3x224x224");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1x1", "3x0x4", "3x4x-1"})
    void refusesEmptyImages(String text) {
        assertThatThrownBy(() -> Image.parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("shape " + text)
                .hasMessageContaining("at least 1");
    }

    @Test
    void refusesMoreThanAnArrayHolds() {
        assertThatThrownBy(() -> new Image(3, 40_000, 40_000))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("shape 3x40000x40000 has more than 2,147,483,647 scalars");
        assertThatThrownBy(() -> new Vector(0)).isInstanceOf(BadInputException.class);
    }
}
