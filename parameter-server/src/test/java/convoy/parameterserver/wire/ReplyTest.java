package convoy.parameterserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.WrittenRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplyTest {
    private static final WrittenRange WRITTEN = new WrittenRange(
            new SnapshotFile("range-00000-of-00001.1.safetensors", 1L << 33, "0123abcd", new KeyRange(3, 9)),
            List.of(0, -1, Integer.MIN_VALUE));

    @Test
    void aRangeThatWasWrittenTravelsWhole() {
        assertThat(Reply.read(Reply.snapshot(WRITTEN)).readSnapshot()).isEqualTo(WRITTEN);
    }

    @Test
    void moreChecksumsThanThereAreBytesAreRefused() {
        ByteBuffer bytes = Reply.snapshot(WRITTEN).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(bytes.limit() - 16, 4);
        assertThatThrownBy(() -> Reply.read(bytes).readSnapshot()).hasMessage("checksums of 4 tensors in 12 bytes");
    }
}
