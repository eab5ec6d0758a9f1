package convoy.parameterserver;

/**
 * One range file of a snapshot, as a manifest lists it.
 *
 * @param name file name inside the snapshot's directory, {@code range-00000-of-00004.safetensors}
 * @param length in bytes
 * @param sha256 of the whole file, 64 hexadecimal digits
 * @param range which part of the flat vector it holds
 */
public record SnapshotFile(String name, long length, String sha256, KeyRange range) {
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
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("range file " + name + " has the checksum '" + sha256
                    + "': 64 lower-case hexadecimal digits of SHA-256 are wanted");
        }
    }
}
