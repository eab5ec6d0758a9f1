package convoy.parameterserver.range;

import convoy.parameterserver.layout.KeyRange;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * One range file of a snapshot, as a manifest lists it.
 *
 * @param name file name inside the snapshot's directory, {@code range-00000-of-00004.1000001.safetensors}
 * @param length in bytes
 * @param crc32c CRC-32C (Castagnoli) of the whole file, 8 hexadecimal digits: processors compute it faster than memory is read, so
 *     that a checkpoint costs the workers beside it little
 * @param range which part of the flat vector it holds
 */
public record SnapshotFile(String name, long length, String crc32c, KeyRange range) {
    /** Refuses what cannot name or check a file. */
    public SnapshotFile {
        if (name.isEmpty() || name.length() > 255 || name.contains("/") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "range file '" + name + "': a plain file name of 1 to 255 characters is wanted");
        }
        if (length < 1) {
            throw new IllegalArgumentException(
                    "range file " + name + " has length " + length + ": at least 1 is wanted");
        }
        if (!crc32c.matches("[0-9a-f]{8}")) {
            throw new IllegalArgumentException("range file " + name + " has the checksum '" + crc32c
                    + "': 8 lower-case hexadecimal digits of CRC-32C are wanted");
        }
    }

    /**
     * {@return a checksum as it is written here, in hexadecimal digits}
     *
     * @param checksum of the whole file
     */
    public static String digits(CRC32C checksum) {
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }
}
