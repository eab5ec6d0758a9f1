package convoy.parameterserver.wire;

import java.nio.ByteBuffer;

/**
 * Wants an array of a partition's copy in the server's memory.
 *
 * <pre>
 *  offset  size  field
 *  24      8     version
 *  32      4     partition
 *  36      4     array
 *  40      4     wait at most, ms
 * </pre>
 *
 * @param version of the copy
 * @param partition counted from 0
 * @param array 0 for values, then the slots in their order
 * @param waitMillis how long the answer may be held back; 0: not at all
 */
public record MirrorRequest(long version, int partition, int array, int waitMillis) {
    /**
     * Reads what follows the header.
     *
     * @param in positioned behind the header
     * @return the request
     */
    public static MirrorRequest read(ByteBuffer in) {
        return new MirrorRequest(in.getLong(), in.getInt(), in.getInt(), Request.readWait(in));
    }

    /**
     * {@return the whole message}
     *
     * @param run the run's number, {@link Wire#runHash} of its name
     * @param incarnation any: a copy is of none
     */
    public ByteBuffer write(long run, long incarnation) {
        return new Request.Header(Wire.Kind.MIRROR, run, incarnation)
                .start(20)
                .putLong(version)
                .putInt(partition)
                .putInt(array)
                .putInt(waitMillis)
                .flip();
    }
}
