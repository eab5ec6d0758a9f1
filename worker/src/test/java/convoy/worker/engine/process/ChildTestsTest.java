package convoy.worker.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that fails in another process fails here, with its name and its message. */
class ChildTestsTest {
    private static final String INNER = "child.tests.inner";

    /** Run by the tests below alone. */
    @EnabledIfSystemProperty(named = INNER, matches = "true")
    static class Inner {
        @Test
        void sees() {
            assertThat(System.getenv("SEEN")).isEqualTo("yes");
        }

        @ParameterizedTest
        @ValueSource(ints = {3, 4})
        void isThree(int number) {
            assertThat(number).as("the number").isEqualTo(3);
        }

        @Test
        void lacks() {
            assumeTrue(false, "what it would need");
        }

        @Test
        void ends() {
            Runtime.getRuntime().halt(7);
        }
    }

    private static ChildTests.Counts run(String methods) throws Exception {
        return ChildTests.require(
                Inner.class.getName(), methods, Map.of("SEEN", "yes"), List.of("-D" + INNER + "=true"), 120);
    }

    @Test
    void countsWhatSucceedsAndWhatLacksSomething() throws Exception {
        assertThat(run("sees|lacks")).isEqualTo(new ChildTests.Counts(1, 1));
    }

    @Test
    void failsWithTheNameAndTheMessageOfWhatFails() {
        assertThatThrownBy(() -> run("isThree|sees"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("isThree")
                .hasMessageContaining("[2]")
                .hasMessageContaining("the number")
                .hasMessageNotContaining("failed: sees");
    }

    @Test
    void failsIfTheProcessEndsOrNoTestIsFound() {
        assertThatThrownBy(() -> run("ends"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exit status 7 in \"inner test begins: ends");
        assertThatThrownBy(() -> run("isCalledOtherwise"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("isCalledOtherwise");
    }
}
