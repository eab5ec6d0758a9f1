package convoy.parameterserver.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.layout.ParameterLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class TensorSumsTest {
    private static int sum(byte[] bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, length);
        return (int) sum.getValue();
    }

    @Test
    void whatIsJoinedHasTheChecksumOfTheWhole() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(600)];
            random.nextBytes(bytes);
            int cut = random.nextInt(bytes.length + 1);
            int joined = TensorSums.joined(sum(bytes, 0, cut), sum(bytes, cut, bytes.length - cut), bytes.length - cut);
            assertThat(joined).isEqualTo(sum(bytes, 0, bytes.length));
        }
    }

    /** RFC 3720, B.4: 32 bytes of zeros; and the check value of the catalogue of parametrised CRC algorithms. */
    @Test
    void theChecksumIsThePublishedOne() {
        assertThat(TensorSums.of(new float[9], 1, 8)).isEqualTo("8a9136aa");
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(TensorSums.joined(sum(digits, 0, 4), sum(digits, 4, 5), 5)).isEqualTo(0xe3069283);
    }

    @Test
    void checksumsOfOtherTensorsAreRefused() {
        ParameterLayout layout = Layouts.ofEveryRole(4_000, 100);
        SnapshotFile file = new SnapshotFile("a", 1, "0".repeat(8), new KeyRange(0, layout.size()));
        List<Integer> one = List.of(1, 2, 3, 4, 5, 6, 7, 8);
        assertThatThrownBy(() -> TensorSums.of(layout, List.of(new WrittenRange(file, one))))
                .hasMessage("a has 8 checksums for the parts of 7 tensors");
        SnapshotFile part = new SnapshotFile("a", 1, "0".repeat(8), new KeyRange(0, 10));
        assertThatThrownBy(() -> TensorSums.of(layout, List.of(new WrittenRange(part, List.of(1)))))
                .hasMessage("no range holds 'bn.weight'");
    }
}
