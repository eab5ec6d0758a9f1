package convoy.jobs.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FatBinaryTest {
    @Test
    void theCodeOfOtherGpusBecomesZerosAndNothingElseChanges() {
        byte[] library = CudaLibrary.with(75, 90, 120);
        byte[] blanked = library.clone();
        assertThat(FatBinary.blank(blanked, Set.of(90, 75))).isEqualTo(Map.of(75, 32L, 90, 32L, 120, 32L));
        int zeroed = 0;
        for (int i = 0; i < library.length; i++) {
            if (library[i] != blanked[i]) {
                assertThat(library[i]).isEqualTo((byte) 120);
                assertThat(blanked[i]).isZero();
                zeroed++;
            }
        }
        assertThat(zeroed).isEqualTo(2 * CudaLibrary.CODE);
    }

    @Test
    void aLibraryWithoutTheSectionStaysAsItIs() {
        byte[] library = CudaLibrary.with(90);
        // Its names begin where its containers end.
        library[library.length - 4 * 64 - 20] = '_';
        byte[] same = library.clone();
        assertThat(FatBinary.blank(same, Set.of(75))).isEmpty();
        assertThat(same).isEqualTo(library);
    }

    @Test
    void anotherLayoutIsRefused() {
        byte[] library = CudaLibrary.with(90);
        library[64 + 8 + 5] = 1;
        assertThatThrownBy(() -> FatBinary.blank(library, Set.of(75)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("leave --sm out");
    }
}
