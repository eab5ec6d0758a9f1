package convoy.parameterserver.transport;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames come whole out of whatever pieces a socket delivers, and every buffer is given back. */
final class FrameDecoderTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyPieces(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < 20; i++) {
            byte[] body = new byte[random.nextInt(4) == 0 ? 200_000 + random.nextInt(800_000) : 1 + random.nextInt(40)];
            random.nextBytes(body);
            body[0] = FrameDecoder.RPC_REQUEST;
            frames.add(body);
            stream.write(ByteBuffer.allocate(8).putLong(8L + body.length).array());
            stream.write(body);
        }
        byte[] bytes = stream.toByteArray();
        // With a cipher in front every buffer is another one than was read into.
        boolean cipher = seed % 2 == 0;
        FrameDecoder decoder = FrameDecoder.forServer(Wire.MAX_FRAME, line -> {});
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        Set<ByteBuf> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        RecvByteBufAllocator.ExtendedHandle handle = decoder.newHandle();
        for (int at = 0; at < bytes.length; ) {
            ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
            int count = Math.min(Math.min(buffer.writableBytes(), bytes.length - at), 1 + random.nextInt(70_000));
            if (random.nextInt(20) == 0) {
                // The socket had nothing after all.
                buffer.release();
                continue;
            }
            buffer.writeBytes(bytes, at, count);
            at += count;
            if (cipher) {
                ByteBuf plain = Unpooled.buffer(count).writeBytes(buffer, count);
                buffer.release();
                channel.writeInbound(plain);
            } else {
                seen.add(buffer);
                channel.writeInbound(buffer);
            }
        }
        for (byte[] frame : frames) {
            ByteBuf whole = channel.readInbound();
            byte[] body = new byte[whole.readableBytes()];
            whole.readBytes(body);
            assertThat(body).isEqualTo(frame);
            assertThat(whole.release()).as("the only reference").isTrue();
        }
        assertThat(channel.inboundMessages()).isEmpty();
        assertThat(seen).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aConnectionThatEndsWithinAFrameLeaksNothing(long seed) {
        Random random = new Random(seed);
        FrameDecoder decoder = FrameDecoder.forServer(Wire.MAX_FRAME, line -> {});
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        RecvByteBufAllocator.ExtendedHandle handle = decoder.newHandle();
        ByteBuf first = handle.allocate(ByteBufAllocator.DEFAULT);
        first.writeLong(500_000).writeByte(FrameDecoder.RPC_REQUEST).writeZero(random.nextInt(1_000));
        channel.writeInbound(first);
        ByteBuf frame = handle.allocate(ByteBufAllocator.DEFAULT);
        assertThat(frame.writableBytes()).as("straight into the frame").isGreaterThan(400_000);
        frame.writeZero(random.nextInt(100_000));
        channel.writeInbound(frame);
        channel.close().syncUninterruptibly();
        assertThat(first.refCnt()).isZero();
        assertThat(frame.refCnt()).isZero();
    }
}
