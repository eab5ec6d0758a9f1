package convoy.worker.data.format;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The rows of one row group, in memory as they are stored.
 *
 * @param where the file and row group, for messages
 * @param ids {@code [rows]}
 * @param labels {@code [rows]}
 * @param heights {@code [rows]} in pixels
 * @param widths {@code [rows]} in pixels
 * @param channels {@code [rows]} of the picture as stored
 * @param offsets {@code [rows + 1]}: picture i is {@code bytes[offsets[i], offsets[i + 1])}
 * @param bytes all pictures, one after the other
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
@RecordBuilder
public record RowGroup(
        String where,
        long[] ids,
        int[] labels,
        int[] heights,
        int[] widths,
        int[] channels,
        int[] offsets,
        byte[] bytes) {
    /** How many rows it has. */
    public int rows() {
        return ids.length;
    }
}
