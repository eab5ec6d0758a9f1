package convoy.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfusionTest {
    private static final Confusion SMALL = new Confusion(
            7,
            "file:/data",
            "sha256:0123456789abcdef0123",
            List.of("cat", "dog \"x\""),
            List.of(new Confusion.Count(0, 0, 5), new Confusion.Count(1, Confusion.NONE, 2)));

    @Test
    void isReadAsItWasWritten() {
        assertThat(Confusion.fromJson(SMALL.toJson(), "here")).isEqualTo(SMALL);
        assertThat(SMALL.toJson()).contains("\"format\" : 1", "\"guess\" : -1");
        assertThat(SMALL.file()).isEqualTo("evaluations/0123456789abcdef.json");
    }

    @Test
    void partsAddUpInAnyOrder() {
        Confusion.Count one = new Confusion.Count(0, 1, 1);
        Confusion.Count two = new Confusion.Count(1, 0, 2);
        assertThat(Confusion.add(List.of(two, one, one, two)))
                .isEqualTo(Confusion.add(List.of(one, two, two, one)))
                .containsExactly(new Confusion.Count(0, 1, 2), new Confusion.Count(1, 0, 4));
    }

    @ParameterizedTest
    @CsvSource({"2, 0, 1", "-1, 0, 1", "0, 2, 1", "0, -2, 1", "0, 0, 0"})
    void countsOfOtherClassesAreRefused(int label, int guess, long rows) {
        assertThatThrownBy(() -> new Confusion(
                        7, "", "sha256:0", List.of("a", "b"), List.of(new Confusion.Count(label, guess, rows))))
                .isInstanceOf(BadInputException.class)
                .hasMessageEndingWith("is not of 2 classes");
    }
}
