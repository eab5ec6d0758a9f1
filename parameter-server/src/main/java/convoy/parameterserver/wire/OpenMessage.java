package convoy.parameterserver.wire;

import convoy.parameterserver.range.RangeSpec;
import convoy.records.Codec;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The request that opens a range, behind the header of {@link Wire}. It is rare, so that what it describes goes as text.
 *
 * <pre>
 *  offset  size  field
 *  24      4     wait at most, ms
 *  28      …     the {@link RangeSpec} as JSON in UTF-8, as {@link Codec} writes it, to the end of the message
 * </pre>
 */
public final class OpenMessage {
    private static final Codec<RangeSpec> CODEC = Codec.of(RangeSpec.class);
    private static final int DESCRIPTION = 28;
    private static final int LARGEST = Wire.MAX_FRAME - 64;

    private OpenMessage() {}

    /**
     * {@return the whole message}
     *
     * @param spec all that the host is told
     * @param waitMillis how long the answer may be held back
     * @throws IllegalArgumentException if the description is longer than a frame may be
     */
    public static ByteBuffer write(RangeSpec spec, int waitMillis) {
        byte[] description = CODEC.toJson(spec).getBytes(StandardCharsets.UTF_8);
        if (DESCRIPTION + description.length > LARGEST) {
            throw new IllegalArgumentException("the description of " + spec + " takes more than " + LARGEST
                    + " bytes: it has " + Counts.plain(spec.layout().segments().size(), "tensor") + " and "
                    + Counts.plain(spec.servers().size(), "server"));
        }
        ByteBuffer out = ByteBuffer.allocate(DESCRIPTION + description.length).order(ByteOrder.LITTLE_ENDIAN);
        new Request.Header(Wire.Kind.OPEN, Wire.runHash(spec.run()), spec.incarnation()).write(out);
        return out.putInt(waitMillis).put(description).flip();
    }

    /**
     * Reads what follows the header and the time to wait.
     *
     * @param in positioned behind the header
     * @param incarnation that the header says
     * @return all that the host is told
     * @throws convoy.records.BadInputException if it describes no range
     * @throws IllegalArgumentException if it describes one of another incarnation
     */
    public static RangeSpec read(ByteBuffer in, long incarnation) {
        byte[] description = new byte[in.remaining()];
        in.get(description);
        RangeSpec spec = CODEC.fromJson("description of a range", new String(description, StandardCharsets.UTF_8));
        if (spec.incarnation() != incarnation) {
            throw new IllegalArgumentException(
                    "the description of " + spec + " stands behind a header of incarnation " + incarnation);
        }
        return spec;
    }
}
