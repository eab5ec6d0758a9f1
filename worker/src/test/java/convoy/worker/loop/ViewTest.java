package convoy.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ViewTest {
    private static final View FULL = ViewBuilder.builder()
            .number(7)
            .incarnation(2)
            .firstVersion(100)
            .servers(List.of("node-1:4040", "[::1]:4041"))
            .until(200)
            .finished(false)
            .share(Optional.of(new MicroBatches(2, 4)))
            .rescue(Optional.of(new View.Rescue(120, List.of(6, 3, 7))))
            .build();

    @Test
    void bytesAndBack() {
        View empty = ViewBuilder.builder()
                .number(1)
                .incarnation(0)
                .firstVersion(0)
                .servers(List.of())
                .until(5)
                .finished(true)
                .build();
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
