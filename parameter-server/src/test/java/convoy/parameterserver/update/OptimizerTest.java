package convoy.parameterserver.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.parameterserver.layout.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Optimizers against PyTorch 1.13 on the CPU: {@code torch.optim.X([p], lr=…)} with these parameters, gradients set by
 * hand, {@code step()}, the learning rate changed before each step; {@code p.tolist()} printed with nine digits.
 */
final class OptimizerTest {
    private static final float[] PARAMETERS = {0.5f, -1.25f, 2.0f, -0.03125f};
    private static final float[][] GRADIENTS = {
        {0.1f, -0.2f, 0.3f, -0.4f},
        {0.05f, 0.25f, -0.15f, 1e-4f},
        {-0.3f, 0.2f, 0.1f, -2.5f},
        {0.0f, -0.6f, 0.45f, 0.7f},
        {0.9f, 0.01f, -0.02f, 0.3f}
    };
    private static final double[] RATES = {0.1, 0.1, 0.05, 0.05, 0.02};

    static Stream<Arguments> torch() {
        return Stream.of(
                Arguments.of("SGD(lr)", new Optimizer.Sgd(), 0.0, new double[][] {
                    {0.49000001, -1.23000002, 1.97000003, 0.00875000097},
                    {0.5, -1.26499999, 1.98000002, 0.133740008},
                    {0.481999993, -1.23520005, 1.95789993, 0.0927400142}
                }),
                Arguments.of("SGD(lr, weight_decay=0.01)", new Optimizer.Sgd(), 0.01, new double[][] {
                    {0.489499986, -1.22874999, 1.96800005, 0.0087812515},
                    {0.498768479, -1.26189506, 1.97504151, 0.133758083},
                    {0.480419397, -1.23121786, 1.9515636, 0.0926714614}
                }),
                Arguments.of(
                        "SGD(lr, momentum=0.9, weight_decay=0.01)", new Optimizer.Momentum(0.9), 0.01, new double[][] {
                            {0.489499986, -1.22874999, 1.96800005, 0.0087812515},
                            {0.482600451, -1.24487042, 1.93916023, 0.185972407},
                            {0.474015266, -1.21722329, 1.8912611, 0.304996878}
                        }),
                Arguments.of(
                        "SGD(lr, momentum=0.9, nesterov=True, weight_decay=0.01)",
                        new Optimizer.Nesterov(0.9),
                        0.01,
                        new double[][] {
                            {0.480049998, -1.20962501, 1.93920004, 0.0448093787},
                            {0.483148158, -1.25732803, 1.92038, 0.329126477},
                            {0.457093865, -1.20177782, 1.85387802, 0.394867569}
                        }),
                Arguments.of(
                        "RMSprop(lr, alpha=0.9, eps=1e-3, weight_decay=0.01)",
                        new Optimizer.RmsProp(0.9, 1e-3, 0),
                        0.01,
                        new double[][] {
                            {0.193017602, -0.93840909, 1.68686664, 0.282499313},
                            {0.198331609, -1.26211071, 1.75758862, 0.436381459},
                            {0.137217969, -1.12381685, 1.62809849, 0.383758277}
                        }),
                Arguments.of(
                        "RMSprop(lr, alpha=0.99, eps=1e-8, momentum=0.9, weight_decay=0.01)",
                        new Optimizer.RmsProp(0.99, 1e-8, 0.9),
                        0.01,
                        new double[][] {
                            {-0.499999046, -0.250000358, 1.00000024, 0.968749702},
                            {-1.90756285, -0.309130102, 0.133442879, 2.73186898},
                            {-2.19299364, 0.0210024212, -0.840981305, 3.60290694}
                        }),
                Arguments.of(
                        "Adam(lr, betas=(0.9, 0.99), eps=1e-3, weight_decay=0.01)",
                        new Optimizer.Adam(0.9, 0.99, 1e-3),
                        0.01,
                        new double[][] {
                            {0.400943398, -1.15046835, 1.90031147, 0.0685008168},
                            {0.324479371, -1.18123794, 1.84389877, 0.170722678},
                            {0.328732342, -1.15939498, 1.79818499, 0.19659172}
                        }),
                Arguments.of(
                        "AdamW(lr, betas=(0.9, 0.99), eps=1e-3, weight_decay=0.1)",
                        new Optimizer.AdamW(0.9, 0.99, 1e-3),
                        0.1,
                        new double[][] {
                            {0.395990103, -1.13799751, 1.88033223, 0.0688131377},
                            {0.315561265, -1.1592598, 1.80683649, 0.169802442},
                            {0.318860531, -1.13153768, 1.75141048, 0.194492593}
                        }));
    }

    /** Steps 1, 3 and 5. A few units in the last place: PyTorch fuses some multiplications and additions. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("torch")
    void followsPyTorch(String torch, Optimizer optimizer, double decay, double[][] expected) {
        float[] values = PARAMETERS.clone();
        float[][] slots = slots(optimizer, values.length);
        for (int t = 0; t < GRADIENTS.length; t++) {
            optimizer.update(
                    values, GRADIENTS[t].clone(), slots, 0, values.length, new Optimizer.Step(RATES[t], decay, t + 1));
            if (t % 2 == 0) {
                for (int i = 0; i < values.length; i++) {
                    assertThat((double) values[i])
                            .as("%s, parameter %d after step %d", torch, i, t + 1)
                            .isCloseTo(expected[t / 2][i], within(3e-7 * Math.max(1, Math.abs(values[i]))));
                }
            }
        }
    }

    /** However the vector is cut, and wherever the cuts lie against the processor's vectors. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("torch")
    void hasTheSameBitsForAnyCut(String torch, Optimizer optimizer, double decay, double[][] unused) {
        int length = 1_000;
        for (long seed = 1; seed <= 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            float[] whole = random(random, length);
            float[] cut = whole.clone();
            float[][] wholeSlots = slots(optimizer, length);
            float[][] cutSlots = slots(optimizer, length);
            for (int t = 1; t <= 4; t++) {
                Optimizer.Step step = new Optimizer.Step(0.1, decay, t);
                float[] gradient = random(random, length);
                optimizer.update(cut, gradient.clone(), cutSlots, 0, 0, step);
                float[] pieces = gradient.clone();
                for (int begin = 0; begin < length; ) {
                    int end = Math.min(length, begin + 1 + random.nextInt(100));
                    optimizer.update(cut, pieces, cutSlots, begin, end, step);
                    begin = end;
                }
                optimizer.update(whole, gradient, wholeSlots, 0, length, step);
            }
            assertThat(cut).as("%s, seed %d", torch, seed).isEqualTo(whole);
            assertThat(cutSlots).isDeepEqualTo(wholeSlots);
        }
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> new Optimizer.Momentum(1))
                .hasMessage("optimizer.momentum = 1.0 is outside (0, 1): use e.g. 0.9");
        assertThatThrownBy(() -> new Optimizer.Nesterov(-0.1)).hasMessageContaining("optimizer.momentum = -0.1");
        assertThatThrownBy(() -> new Optimizer.RmsProp(0.9, 0, 0))
                .hasMessage("optimizer.epsilon = 0.0 is not positive: use e.g. 1e-8");
        assertThatThrownBy(() -> new Optimizer.RmsProp(0.9, 1e-8, 2)).hasMessageContaining("optimizer.momentum = 2.0");
        assertThatThrownBy(() -> new Optimizer.Adam(0.9, Double.NaN, 1e-8))
                .hasMessageContaining("optimizer.beta2 = NaN");
        assertThatThrownBy(() -> new Optimizer.AdamW(0, 0.9, 1e-8)).hasMessageContaining("optimizer.beta1 = 0.0");
        assertThatThrownBy(() -> new WeightDecay(-1, WeightDecay.Scope.ALL))
                .hasMessageContaining("weight-decay.rate = -1.0 is outside [0, 1)");
    }

    @Test
    void decaysTheTensorsInScope() {
        WeightDecay weights = new WeightDecay(0.1, WeightDecay.Scope.WEIGHTS);
        WeightDecay all = new WeightDecay(0.1, WeightDecay.Scope.ALL);
        assertThat(List.of(Segment.Role.values())).extracting(weights::rateOf).containsExactly(0.1, 0.0, 0.0, 0.0);
        assertThat(List.of(Segment.Role.values())).extracting(all::rateOf).containsExactly(0.1, 0.1, 0.1, 0.0);
    }

    private static float[][] slots(Optimizer optimizer, int length) {
        float[][] slots = new float[optimizer.slots().size()][];
        Arrays.setAll(slots, any -> new float[length]);
        return slots;
    }

    private static float[] random(SplittableRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
