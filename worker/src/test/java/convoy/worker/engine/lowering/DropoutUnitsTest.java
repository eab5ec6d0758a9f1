package convoy.worker.engine.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.lowering.DropoutUnits.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutUnitsTest {
    private static final MicroBatchKey KEY = new MicroBatchKey(11, 5, 3);

    private static DropoutUnits drop(double probability) {
        return new DropoutUnits("drop", probability, Kind.SCALAR);
    }

    private static float[] draw(DropoutUnits units, MicroBatchKey key, int count) {
        float[] factors = new float[count];
        units.draw(key, factors, count);
        return factors;
    }

    /** Literal: another value here would change every model that is trained with dropout. */
    @Test
    void theSameKeyDropsTheSameUnitsForEver() {
        assertThat(drop(0.6).stream(KEY).nextLong()).isEqualTo(0xa9b9_d278_2546_23eeL);
        float kept = 2.5000381f;
        assertThat(draw(drop(0.6), KEY, 11)).containsExactly(0, 0, kept, kept, 0, kept, kept, 0, kept, kept, kept);
        assertThat(draw(drop(0.5), KEY, 6)).containsExactly(0, 0, 2, 2, 0, 2);
    }

    @Test
    void aUnitIsKeptFromTheThresholdOn() {
        int first = 0x23ee;
        int second = 0x2546;
        assertThat(draw(drop(first / 65_536.0), KEY, 2)).doesNotContain(0);
        assertThat(draw(drop((first + 1) / 65_536.0), KEY, 2)).startsWith(0).doesNotHaveDuplicates();
        assertThat(draw(drop(second / 65_536.0), KEY, 2)).startsWith(0).doesNotHaveDuplicates();
        assertThat(draw(drop((second + 1) / 65_536.0), KEY, 2)).containsExactly(0, 0);
    }

    @Test
    void moreUnitsBeginAsFewerDo() {
        float[] many = draw(drop(0.3), KEY, 4096);
        for (int count = 0; count < 10; count++) {
            float[] few = new float[12];
            Arrays.fill(few, 7);
            drop(0.3).draw(KEY, few, count);
            assertThat(Arrays.copyOf(few, count)).isEqualTo(Arrays.copyOf(many, count));
            assertThat(Arrays.copyOfRange(few, count, 12)).containsOnly(7);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 1",
        "1e-6, 0, 1",
        "0.0000077, 1, 1.0000153",
        "0.2, 13107, 1.2499952",
        "0.25, 16384, 1.3333334",
        "0.5, 32768, 2",
        "0.9, 58982, 9.999390",
        "0.99996, 65533, 21845.334",
        "0.999999, 65534, 32768",
        "0.9999999999999999, 65534, 32768"
    })
    void aProbabilityIsAMultipleOfASixteenBitNumbersShare(double probability, int threshold, float factor) {
        assertThat(drop(probability).threshold()).isEqualTo(threshold);
        assertThat(drop(probability).factor()).isEqualTo(factor);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.2, 0.25, 0.5, 0.8, 0.999})
    void theShareThatIsDroppedIsTheProbability(double probability) {
        int micro = 400;
        int count = 2503;
        long total = (long) micro * count;
        double[] dropped = new double[4];
        for (int microBatch = 0; microBatch < micro; microBatch++) {
            float[] factors = draw(drop(probability), new MicroBatchKey(1, 2, microBatch), count);
            for (int unit = 0; unit < count; unit++) {
                dropped[unit % 4] += factors[unit] == 0 ? 1 : 0;
            }
        }
        double exact = drop(probability).threshold() / 65_536.0;
        double deviation = Math.sqrt(total * exact * (1 - exact));
        assertThat(Arrays.stream(dropped).sum()).isCloseTo(total * exact, within(5 * deviation));
        for (double ofPlace : dropped) {
            assertThat(ofPlace).isCloseTo(total * exact / 4, within(5 * deviation / 2 + micro));
        }
    }

    /** Of one word and of two that follow each other: each pair is dropped together as often as chance has it. */
    @Test
    void neighboursAreDroppedIndependently() {
        int count = 1_000_000;
        float[] factors = draw(drop(0.5), KEY, count);
        for (int distance = 1; distance <= 8; distance++) {
            int alike = 0;
            for (int unit = distance; unit < count; unit++) {
                alike += factors[unit] == factors[unit - distance] ? 1 : 0;
            }
            assertThat((double) alike).isCloseTo(count / 2.0, within(2.5 * Math.sqrt(count)));
        }
    }

    @Test
    void everyNodeHasADrawOfItsOwn() {
        assertThat(draw(new DropoutUnits("other", 0.5, Kind.SCALAR), KEY, 100)).isNotEqualTo(draw(drop(0.5), KEY, 100));
    }

    @Test
    void fourUnitsShareAWord() {
        assertThat(DropoutUnits.words(1)).isEqualTo(1);
        assertThat(DropoutUnits.words(4)).isEqualTo(1);
        assertThat(DropoutUnits.words(5)).isEqualTo(2);
        assertThat(DropoutUnits.words(Integer.MAX_VALUE)).isEqualTo(1 << 29);
    }
}
