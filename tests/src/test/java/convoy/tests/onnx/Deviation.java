package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

/** How far apart two readings of a model are. */
final class Deviation {
    private Deviation() {}

    /** {@return the largest difference, as a part of the largest number} */
    static double of(float[] ours, float[] theirs) {
        assertThat(theirs).hasSameSizeAs(ours);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(theirs[i]));
            double apart = Math.abs(ours[i] - (double) theirs[i]);
            // So written that a NaN is the worst of all.
            difference = apart <= difference ? difference : apart;
        }
        return difference / largest;
    }
}
