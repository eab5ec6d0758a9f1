package convoy.parameterserver.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schedules against PyTorch 1.13: the optimizer's {@code lr} at each step, {@code scheduler.step()} after each. */
final class ScheduleTest {
    static Stream<Arguments> torch() {
        return Stream.of(
                Arguments.of("constant", new Schedule.Constant(0.4), new double[] {0.4, 0.4}),
                Arguments.of("StepLR(3, 0.1)", new Schedule.Step(0.4, 3, 0.1), new double[] {
                    0.4, 0.4, 0.4, 0.04, 0.04, 0.04, 0.004, 0.004
                }),
                Arguments.of(
                        "MultiStepLR([2, 5], 0.1)",
                        new Schedule.MultiStep(0.4, List.of(2L, 5L), 0.1),
                        new double[] {0.4, 0.4, 0.04, 0.04, 0.04, 0.004, 0.004, 0.004}),
                Arguments.of("ExponentialLR(0.9)", new Schedule.Exponential(0.4, 1, 0.9), new double[] {
                    0.4, 0.36, 0.324, 0.2916, 0.26244, 0.236196
                }),
                Arguments.of("CosineAnnealingLR(6, 0.01)", new Schedule.Cosine(0.4, 6, 0.01), new double[] {
                    0.4, 0.3738749537379656, 0.3025, 0.205, 0.1075, 0.03612504626203445, 0.01
                }),
                Arguments.of("PolynomialLR(5, 2.0)", new Schedule.Polynomial(0.4, 5, 2, 0), new double[] {
                    0.4, 0.256, 0.144, 0.064, 0.016, 0, 0
                }),
                Arguments.of(
                        "LinearLR(0.1, 1.0, 4)",
                        new Schedule.Warmup(4, 0.1, new Schedule.Constant(0.4)),
                        new double[] {0.04, 0.13, 0.22, 0.31, 0.4, 0.4}),
                Arguments.of(
                        "SequentialLR([LinearLR(0.25, 1.0, 4), CosineAnnealingLR(5)], [4])",
                        new Schedule.Warmup(4, 0.25, new Schedule.Cosine(0.4, 5, 0)),
                        new double[] {
                            0.1,
                            0.175,
                            0.25,
                            0.325,
                            0.4,
                            0.3618033988749895,
                            0.2618033988749895,
                            0.13819660112501053,
                            0.03819660112501053
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("torch")
    void followsPyTorch(String torch, Schedule schedule, double[] expected) {
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.rate(step)).as("%s at step %d", torch, step).isCloseTo(expected[step], within(1e-15));
        }
    }

    @Test
    void staysAtTheMinimum() {
        assertThat(new Schedule.Cosine(0.4, 6, 0.01).rate(1_000_000)).isEqualTo(0.01);
        assertThat(new Schedule.Polynomial(0.4, 5, 1, 0.02).rate(Long.MAX_VALUE))
                .isEqualTo(0.02);
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> new Schedule.Constant(0))
                .hasMessage("schedule.rate = 0.0 is not positive: use e.g. 0.1");
        assertThatThrownBy(() -> new Schedule.Constant(Double.NaN)).hasMessageContaining("schedule.rate = NaN");
        assertThatThrownBy(() -> new Schedule.Step(0.1, 0, 0.1)).hasMessage("schedule.every = 0: use at least 1 step");
        assertThatThrownBy(() -> new Schedule.Step(0.1, 5, 1.5)).hasMessageContaining("schedule.factor = 1.5");
        assertThatThrownBy(() -> new Schedule.MultiStep(0.1, List.of(5L, 5L), 0.1))
                .hasMessage("schedule.milestones = [5, 5]: they must be positive and ascend");
        assertThatThrownBy(() -> new Schedule.Cosine(0.1, 10, 0.2))
                .hasMessage("schedule.minimum = 0.2 is outside [0, rate = 0.1]: use e.g. 0");
        assertThatThrownBy(() -> new Schedule.Polynomial(0.1, 10, 0, 0)).hasMessageContaining("schedule.power = 0.0");
        assertThatThrownBy(() -> new Schedule.Warmup(5, 0, new Schedule.Constant(0.1)))
                .hasMessageContaining("schedule.start = 0.0 is outside (0, 1]");
        assertThatThrownBy(() -> new Schedule.Warmup(5, 0.1, new Schedule.Warmup(5, 0.1, new Schedule.Constant(0.1))))
                .hasMessageContaining("use one");
    }
}
