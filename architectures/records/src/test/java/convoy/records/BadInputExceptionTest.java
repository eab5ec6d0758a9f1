package convoy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BadInputExceptionTest {
    private static final String NAME = "cat\nconvoy: all is well\u001b[2J\r";
    private static final String SHOWN = "cat\\nconvoy: all is well\\x1b[2J\\x0d";

    @Test
    void aRefusalIsOneLineWhateverNamesAreInIt() {
        Throwable cause = new IllegalStateException();
        for (BadInputException refused : List.of(
                new BadInputException("class " + NAME + " is unknown"),
                new BadInputException("class " + NAME + " is unknown", cause),
                new BadInputException(List.of("class " + NAME + " is unknown")),
                new BadInputException(List.of("class " + NAME + " is unknown"), cause))) {
            assertThat(refused).hasMessage("class " + SHOWN + " is unknown");
        }
        assertThat(new BadInputException(Refusal.of("name", NAME).because("is too long")))
                .hasMessage("name = " + SHOWN + " is too long");
    }

    @Test
    void severalProblemsAreALineEach() {
        Problems problems = new Problems();
        problems.add(new Place("run.yaml", 3), NAME + " is no key here");
        problems.add(new Place("--set " + NAME, 0), "too much");
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(BadInputException.class)
                .hasMessage("--set " + SHOWN + ": too much\nrun.yaml:3: " + SHOWN + " is no key here");
    }
}
