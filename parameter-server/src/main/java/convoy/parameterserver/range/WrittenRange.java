package convoy.parameterserver.range;

import java.util.List;

/**
 * What a server says of a range of one version that it has written.
 *
 * @param file as a manifest lists it
 * @param tensors CRC-32C of each tensor's part that lies in the range, little-endian floats, in the order of the layout
 */
public record WrittenRange(SnapshotFile file, List<Integer> tensors) {
    public WrittenRange {
        tensors = List.copyOf(tensors);
    }
}
