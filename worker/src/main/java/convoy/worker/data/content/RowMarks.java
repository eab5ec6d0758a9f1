package convoy.worker.data.content;

import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.RowGroup;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * By what rows are known again: their ids, and the first 128 bits of the SHA-256 of their pixels and their size. So the same picture
 * stored raw and as a PNG file is the same.
 *
 * <pre>
 *   index      holds
 *   3 i        id of row i
 *   3 i + 1    bits 0 to 63 of its hash
 *   3 i + 2    bits 64 to 127
 * </pre>
 */
public final class RowMarks {
    /** Numbers of a row. */
    public static final int WIDTH = 3;

    private RowMarks() {}

    /**
     * {@return the marks of the rows of some row groups, {@code [WIDTH · rows]}}
     *
     * @param data the data set
     * @param begin the first row group
     * @param end the row group behind the last
     * @throws BadInputException if a row cannot be read
     */
    public static long[] of(DataSet data, int begin, int end) {
        long rows = data.rowGroupStart(end) - data.rowGroupStart(begin);
        long[] marks = new long[Math.toIntExact(WIDTH * rows)];
        int at = 0;
        try (RowPlanes planes = new RowPlanes(data.info())) {
            MessageDigest digest = Sha256.begin();
            for (int number = begin; number < end; number++) {
                RowGroup group = data.read(number);
                for (int row = 0; row < group.rows(); row++) {
                    planes.take(group, row);
                    digest.update(ByteBuffer.allocate(3 * Integer.BYTES)
                            .putInt(data.info().channels())
                            .putInt(planes.height())
                            .putInt(planes.width())
                            .flip());
                    digest.update(planes.bytes(), planes.from(), data.info().channels() * planes.pixels());
                    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
                    marks[at] = group.ids()[row];
                    marks[at + 1] = hash.getLong();
                    marks[at + 2] = hash.getLong();
                    at += WIDTH;
                }
            }
        }
        return marks;
    }
}
