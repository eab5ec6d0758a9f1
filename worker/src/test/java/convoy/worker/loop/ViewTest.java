package convoy.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ViewTest {
    private static final View FULL = new View(
            7,
            2,
            100,
            List.of("node-1:4040", "[::1]:4041"),
            200,
            false,
            Optional.of(new MicroBatches(2, 4)),
            Optional.of(new View.Rescue(120, List.of(6, 3, 7))));

    @Test
    void bytesAndBack() {
        View empty = new View(1, 0, 0, List.of(), 5, true, Optional.empty(), Optional.empty());
        assertThat(View.fromBytes(FULL.toBytes())).isEqualTo(FULL);
        assertThat(View.fromBytes(empty.toBytes())).isEqualTo(empty);
    }

    @Test
    void cutBytesAreRefused() {
        byte[] bytes = FULL.toBytes();
        assertThatThrownBy(() -> View.fromBytes(Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("a view of " + (bytes.length - 1) + " bytes cannot be read");
    }

    @Test
    void aRescueCountsForItsStepAloneAndComesAfterTheShare() {
        assertThat(FULL.microBatches(119)).containsExactly(2, 3);
        assertThat(FULL.microBatches(120)).containsExactly(2, 3, 6, 7);
    }

    @Test
    void nothingIsComputedFromTheEndOn() {
        assertThat(FULL.microBatches(199)).containsExactly(2, 3);
        assertThat(FULL.microBatches(200)).isEmpty();
    }
}
