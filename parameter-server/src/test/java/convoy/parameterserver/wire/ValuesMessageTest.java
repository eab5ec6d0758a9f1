package convoy.parameterserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Messages of values are used again, but never while somebody may still send them. */
final class ValuesMessageTest {
    @Test
    void isUsedAgainWhenTheLastHolderHasReleasedIt() {
        ValuesMessage.Pool pool = new ValuesMessage.Pool(4);
        ValuesMessage first = pool.take(7, 3);
        first.put(new float[] {9, 1, 2, 3}, 1, 4);
        first.retain().release();
        ValuesMessage second = pool.take(8, 2);
        second.put(new float[] {4, 5}, 0, 2);
        assertThat(second).isNotSameAs(first);
        assertReads(first, 7, 1, 2, 3);

        first.release();
        ValuesMessage third = pool.take(9, 1);
        third.put(new float[] {6}, 0, 1);
        assertThat(third).isSameAs(first);
        assertReads(third, 9, 6);
        assertReads(second, 8, 4, 5);

        second.release();
        assertThatThrownBy(second::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not hold it");
    }

    private static void assertReads(ValuesMessage message, long version, float... values) {
        Reply reply = Reply.read(message.nioByteBuffer());
        assertThat(message.size()).isEqualTo(Wire.REPLY_HEADER + 4 * values.length);
        assertThat(reply.status()).isEqualTo(Wire.Status.OK);
        assertThat(reply.number()).isEqualTo(version);
        float[] read = new float[reply.body().remaining() / 4];
        reply.body().asFloatBuffer().get(read);
        assertThat(read).isEqualTo(values);
    }
}
