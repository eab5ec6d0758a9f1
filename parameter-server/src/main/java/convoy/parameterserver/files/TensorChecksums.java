package convoy.parameterserver.files;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Takes the values of a range on their way into its file, and sums up what of each tensor comes by. Not safe for use by several threads. */
final class TensorChecksums extends FilterOutputStream {
    /** Bytes of each tensor that lies in the range. */
    private final List<Long> lengths;

    private final List<Integer> sums = new ArrayList<>();
    private final CRC32C sum = new CRC32C();
    private long taken;

    TensorChecksums(OutputStream out, ParameterLayout layout, KeyRange range) {
        super(out);
        lengths = layout.segments().stream()
                .map(segment -> 4L * held(segment, range))
                .filter(length -> length > 0)
                .toList();
    }

    private static int held(Segment segment, KeyRange range) {
        return segment.range().intersect(range).size();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        for (int at = from; at < from + length; ) {
            long tensor = lengths.get(sums.size());
            int count = (int) Math.min(from + length - at, tensor - taken);
            sum.update(bytes, at, count);
            at += count;
            taken += count;
            if (taken == tensor) {
                sums.add((int) sum.getValue());
                sum.reset();
                taken = 0;
            }
        }
    }

    /** CRC-32C of what lies here of each tensor, once all of it has come by. */
    List<Integer> sums() {
        return List.copyOf(sums);
    }
}
