package convoy.parameterserver.range;

import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.text.Counts;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli) of every tensor of one version: of its values as little-endian floats, whichever servers hold them. A server that
 * has a part of a tensor gives the checksum of that part, and those of the parts make that of the whole, without another look at the
 * values: appending n bytes multiplies a checksum, as a polynomial over the field of two elements, by x to the power of 8 n.
 */
public final class TensorSums {
    /** The polynomial of CRC-32C without its highest power; the highest bit belongs to the power 0. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int ONE = 1 << 31;
    private static final int X_TO_THE_EIGHTH = 1 << 23;

    private TensorSums() {}

    /**
     * {@return the checksum of each tensor, 8 hexadecimal digits by its name, in the order of the layout}
     *
     * @param layout that the servers hold
     * @param ranges all of them, in the order of their keys
     */
    public static Map<String, String> of(ParameterLayout layout, List<WrittenRange> ranges) {
        Map<String, Integer> sums = new HashMap<>();
        for (WrittenRange range : ranges) {
            int next = 0;
            for (Segment segment : layout.segments()) {
                int held = segment.range().intersect(range.file().range()).size();
                if (held > 0) {
                    int part = range.tensors().get(next++);
                    sums.merge(segment.name(), part, (before, after) -> joined(before, after, 4L * held));
                }
            }
            if (next != range.tensors().size()) {
                throw new IllegalArgumentException(range.file().name() + " has "
                        + Counts.plain(range.tensors().size(), "checksum") + " for the parts of "
                        + Counts.plain(next, "tensor"));
            }
        }
        Map<String, String> digits = new LinkedHashMap<>();
        for (Segment segment : layout.segments()) {
            Integer sum = sums.get(segment.name());
            if (sum == null) {
                throw new IllegalArgumentException("no range holds '" + segment.name() + "'");
            }
            digits.put(segment.name(), HexFormat.of().toHexDigits(sum));
        }
        return digits;
    }

    /**
     * {@return the checksum of floats, 8 hexadecimal digits}
     *
     * @param values of which it is taken
     * @param begin the first of them
     * @param size how many
     */
    public static String of(float[] values, int begin, int size) {
        CRC32C sum = new CRC32C();
        byte[] bytes = new byte[4];
        for (int i = begin; i < begin + size; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            for (int part = 0; part < 4; part++) {
                bytes[part] = (byte) (bits >>> (8 * part));
            }
            sum.update(bytes, 0, 4);
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** The checksum of bytes followed by {@code length} others. */
    static int joined(int before, int after, long length) {
        int factor = ONE;
        int power = X_TO_THE_EIGHTH;
        for (long left = length; left > 0; left >>>= 1) {
            if ((left & 1) == 1) {
                factor = product(factor, power);
            }
            power = product(power, power);
        }
        return product(factor, before) ^ after;
    }

    private static int product(int a, int b) {
        int sum = 0;
        int shifted = b;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                sum ^= shifted;
            }
            shifted = (shifted & 1) == 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
        }
        return sum;
    }
}
