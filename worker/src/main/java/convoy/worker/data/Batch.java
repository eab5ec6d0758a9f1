package convoy.worker.data;

/**
 * The examples of one micro-batch, or of one stretch of an evaluation.
 *
 * @param examples N, at least one
 * @param images {@code [N, C, H, W]} row-major, normalized: what the network's input takes
 * @param labels {@code [N]}, each in {@code [0, classes)}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: the arrays are the point, and they are large.
public record Batch(int examples, float[] images, int[] labels) {
    /** Refuses arrays whose lengths do not fit the number of examples. */
    public Batch {
        if (examples < 1 || labels.length != examples || images.length % examples != 0) {
            throw new IllegalArgumentException("examples = " + examples + " with " + labels.length + " labels and "
                    + images.length + " floats of images");
        }
    }
}
