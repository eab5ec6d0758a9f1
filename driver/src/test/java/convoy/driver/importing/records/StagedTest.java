package convoy.driver.importing.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.importing.LeftOut;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Adjustment;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StagedTest {
    private static final List<Staged> ONE_OF_EACH = List.of(
            StagedPictureBuilder.builder()
                    .folder("train/cat")
                    .name("train/cat/1.png")
                    .label(-1)
                    .height(2)
                    .width(3)
                    .channels(1)
                    .sums(new long[] {21, 91})
                    .image(new byte[] {1, 2, 3, 4, 5, 6})
                    .needed(EnumSet.of(Adjustment.TURNED))
                    .build(),
            new Staged.Bad("train/cat", "train/cat/2.png is no picture"),
            new Staged.Fatal("the archive is cut off"),
            new Staged.Names(List.of("cat", "dog")),
            new Staged.Ignored(LeftOut.Reason.HIDDEN, ".DS_Store"));

    @Test
    void everyKindComesBackFromItsBytes() {
        assertThat(ONE_OF_EACH.stream().<Class<?>>map(Object::getClass))
                .containsExactlyInAnyOrder(Staged.class.getPermittedSubclasses());
        for (Staged record : ONE_OF_EACH) {
            assertThat(Staged.decode(record.encode()))
                    .usingRecursiveComparison()
                    .isEqualTo(record);
        }
    }

    @Test
    void bytesOfNoKindAreRefused() {
        assertThatThrownBy(() -> Staged.decode(new byte[] {99}))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("a staged record of kind 99");
    }
}
