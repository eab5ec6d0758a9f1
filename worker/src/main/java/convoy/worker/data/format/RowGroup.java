package convoy.worker.data.format;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;

/**
 * Rows of one row group, in memory as they are stored.
 *
 * @param where the file and row group, for messages
 * @param places {@code [rows]} where each row stands in the row group as it is stored: not every one need be here
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
        int[] places,
        long[] ids,
        int[] labels,
        int[] heights,
        int[] widths,
        int[] channels,
        int[] offsets,
        byte[] bytes)
        implements RowGroupBuilder.With {
    /** {@return how many rows it has} */
    public int rows() {
        return ids.length;
    }

    /**
     * {@return a part of it, with a copy of its pictures alone}
     *
     * @param kept indices of rows, rising
     */
    public RowGroup only(int[] kept) {
        int[] starts = new int[kept.length + 1];
        for (int i = 0; i < kept.length; i++) {
            starts[i + 1] = starts[i] + offsets[kept[i] + 1] - offsets[kept[i]];
        }
        byte[] pictures = new byte[starts[kept.length]];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(bytes, offsets[kept[i]], pictures, starts[i], starts[i + 1] - starts[i]);
        }
        return RowGroupBuilder.builder()
                .where(where)
                .places(of(places, kept))
                .ids(Arrays.stream(kept).mapToLong(row -> ids[row]).toArray())
                .labels(of(labels, kept))
                .heights(of(heights, kept))
                .widths(of(widths, kept))
                .channels(of(channels, kept))
                .offsets(starts)
                .bytes(pictures)
                .build();
    }

    private static int[] of(int[] values, int[] kept) {
        return Arrays.stream(kept).map(row -> values[row]).toArray();
    }
}
