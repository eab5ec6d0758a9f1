package convoy.worker.engine.libtorch.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCopiesTest {

    /** Lengths below, at and above what is shared out, and such as no number of threads divides. */
    @ParameterizedTest
    @CsvSource({"1,1000003", "3,7", "3,524287", "3,524288", "3,1000003", "8,3000017"})
    void everyFloatIsCopiedOnceThereAndBack(int threads, int length) {
        HostCopies copies = new HostCopies(threads);
        float[] from = new float[length + 5];
        for (int i = 0; i < from.length; i++) {
            from[i] = i + 1;
        }
        float[] back = new float[length + 7];
        try (FloatPointer memory = new FloatPointer(length + 3L)) {
            memory.zero();
            copies.put(from, 5, memory, 3, length);
            assertThat(memory.get(2)).isZero();
            copies.get(memory, 3, back, 6, length);
        }
        assertThat(Arrays.copyOfRange(back, 6, 6 + length)).isEqualTo(Arrays.copyOfRange(from, 5, from.length));
        assertThat(back[5]).isZero();
        assertThat(back[6 + length]).isZero();
    }
}
