package convoy.parameterserver.wire;

import convoy.parameterserver.sum.Subtree;
import java.nio.ByteBuffer;

/**
 * Wants to hear when there is room for the sums of a subtree, which were pushed in vain.
 *
 * <pre>
 *  offset  size  field
 *  24      8     step
 *  32      4     partition
 *  36      4     subtree begin
 *  40      4     subtree end
 *  44      4     wait at most, ms
 * </pre>
 *
 * @param partition counted from 0
 * @param step 0-based
 * @param subtree whose sum it is
 * @param waitMillis how long the answer may be held back
 */
public record RoomRequest(int partition, long step, Subtree subtree, int waitMillis) {
    /**
     * Reads what follows the header.
     *
     * @param in positioned behind the header
     * @return the request
     */
    public static RoomRequest read(ByteBuffer in) {
        long step = in.getLong();
        int partition = in.getInt();
        Subtree subtree = new Subtree(in.getInt(), in.getInt());
        return new RoomRequest(partition, step, subtree, Request.readWait(in));
    }

    /**
     * {@return the whole message}
     *
     * @param run the run's number, {@link Wire#runHash} of its name
     * @param incarnation under which the run is served
     */
    public ByteBuffer write(long run, long incarnation) {
        return new Request.Header(Wire.Kind.ROOM, run, incarnation)
                .start(24)
                .putLong(step)
                .putInt(partition)
                .putInt(subtree.begin())
                .putInt(subtree.end())
                .putInt(waitMillis)
                .flip();
    }
}
