package convoy.parameterserver.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PushBuffersTest {
    private final PushBuffers buffers = new PushBuffers(64);

    @Test
    void aMessageThatWasSentOnceIsUsedAgain() {
        PushBuffers.Lease first = buffers.lease();
        ByteBuffer sent = first.take();
        first.answered();
        assertThat(buffers.lease().take()).isSameAs(sent);
    }

    /** Whichever was answered, the other may still be on its way to a socket. */
    @Test
    void messagesOfARepeatedPushAreNot() {
        PushBuffers.Lease lease = buffers.lease();
        ByteBuffer first = lease.take();
        assertThat(lease.take()).isNotSameAs(first);
        lease.answered();
        assertThat(buffers.waiting()).isZero();
    }

    /** A repetition that was on its way when the answer came takes memory of its own, and keeps it. */
    @Test
    void whatIsSentAfterTheAnswerIsNotGivenBack() {
        PushBuffers.Lease lease = buffers.lease();
        ByteBuffer sent = lease.take();
        lease.answered();
        assertThat(lease.take()).isSameAs(sent);
        lease.answered();
        assertThat(buffers.waiting()).isZero();
    }
}
