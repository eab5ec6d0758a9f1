package convoy.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.LearningRate.Constant;
import convoy.driver.configuration.LearningRate.Cosine;
import convoy.driver.configuration.LearningRate.Exponential;
import convoy.driver.configuration.LearningRate.MultiStep;
import convoy.driver.configuration.LearningRate.Polynomial;
import convoy.driver.configuration.LearningRate.Step;
import convoy.driver.configuration.LearningRate.Unit;
import convoy.parameterserver.update.Schedule;
import convoy.records.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LearningRateTest {
    private static LearningRate of(LearningRate.Curve curve, Unit unit, double warmUp) {
        return LearningRate.defaults()
                .with()
                .rate(0.4)
                .unit(unit)
                .warmUp(warmUp)
                .warmUpStart(0.25)
                .curve(curve)
                .build();
    }

    @Test
    void epochsBecomeSteps() {
        assertThat(of(new Step(2, 0.1), Unit.EPOCHS, 0).schedule(100, 1000))
                .isEqualTo(new Schedule.Step(0.4, 200, 0.1));
        assertThat(of(new Exponential(1.5, 0.9), Unit.EPOCHS, 0).schedule(100, 1000))
                .isEqualTo(new Schedule.Exponential(0.4, 150, 0.9));
        assertThat(of(new Step(2, 0.1), Unit.STEPS, 0).schedule(100, 1000)).isEqualTo(new Schedule.Step(0.4, 2, 0.1));
        assertThat(of(new Constant(), Unit.EPOCHS, 0).schedule(100, 1000)).isEqualTo(new Schedule.Constant(0.4));
    }

    @Test
    void milestonesCountFromTheStartOfTheRunWhateverTheWarmUp() {
        LearningRate rate = of(new MultiStep(List.of(3.0, 6.0), 0.1), Unit.EPOCHS, 1);
        Schedule schedule = rate.schedule(100, 1000);
        assertThat(schedule)
                .isEqualTo(new Schedule.Warmup(100, 0.25, new Schedule.MultiStep(0.4, List.of(200L, 500L), 0.1)));
        assertThat(schedule.rate(0)).isEqualTo(0.1);
        assertThat(schedule.rate(299)).isEqualTo(0.4);
        assertThat(schedule.rate(300)).isEqualTo(0.4 * 0.1);
    }

    @Test
    void whatFallsUntilTheEndEndsWithTheRun() {
        assertThat(of(new Cosine(0.01), Unit.EPOCHS, 2).schedule(100, 1000))
                .isEqualTo(new Schedule.Warmup(200, 0.25, new Schedule.Cosine(0.4, 800, 0.01)));
        assertThat(of(new Polynomial(2, 0), Unit.STEPS, 0).schedule(100, 1000))
                .isEqualTo(new Schedule.Polynomial(0.4, 1000, 2, 0));
    }

    @Test
    void aWarmUpLongerThanTheRunLeavesOneStep() {
        assertThat(of(new Cosine(0), Unit.EPOCHS, 50).schedule(10, 20).rate(19)).isEqualTo(0.4);
    }

    @Test
    void whatCannotWorkIsRefusedByKeyValueAndRemedy() {
        assertThatThrownBy(() -> LearningRate.defaults().withRate(0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("schedule.rate = 0.0");
        assertThatThrownBy(() ->
                        LearningRate.defaults().with().rate(0.1).warmUp(-1).build())
                .hasMessageContaining("schedule.warm-up = -1.0");
        assertThatThrownBy(() -> LearningRate.defaults()
                        .with()
                        .rate(0.1)
                        .warmUp(1)
                        .warmUpStart(0)
                        .build())
                .hasMessageContaining("schedule.warm-up-start = 0.0");
        assertThatThrownBy(() -> new MultiStep(List.of(6.0, 3.0), 0.1)).hasMessageContaining("[6.0, 3.0]");
        assertThatThrownBy(() -> new Step(0, 0.1)).hasMessageContaining("schedule.curve.every = 0.0");
        assertThatThrownBy(() -> new Step(1, 2)).hasMessageContaining("schedule.curve.factor = 2.0");
        assertThatThrownBy(() -> new Cosine(-1)).hasMessageContaining("schedule.curve.minimum = -1.0");
        assertThatThrownBy(() -> of(new MultiStep(List.of(1.0), 0.1), Unit.EPOCHS, 2))
                .hasMessageContaining("warm-up");
    }
}
