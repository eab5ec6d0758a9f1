package convoy.worker.data.batch;

import convoy.records.text.Counts;
import convoy.worker.data.format.LabelSets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The examples of one micro-batch, or of one stretch of an evaluation.
 *
 * @param examples N, at least one
 * @param images {@code [N, C, H, W]} row-major, normalized: what the network's input takes
 * @param labels {@code [N]}, each in {@code [0, classes)}, or an index into {@code sets}
 * @param mixture what else the examples are, if they are mixtures
 * @param counted what of it counts in the loss
 * @param sets of classes that labels stand for, where an example may be of several: then the loss is sigmoid cross-entropy
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: the arrays are the point, and they are large.
public record Batch(
        int examples,
        float[] images,
        int[] labels,
        Optional<Mixture> mixture,
        Counted counted,
        Optional<LabelSets> sets) {
    /** Refuses arrays whose lengths do not fit the number of examples. */
    public Batch {
        if (examples < 1 || labels.length != examples || images.length % examples != 0) {
            throw new IllegalArgumentException(
                    "examples = " + examples + " with " + Counts.plain(labels.length, "label") + " and "
                            + Counts.plain(images.length, "float") + " of images");
        }
        if (mixture.isPresent() && mixture.get().labels().length != examples) {
            throw new IllegalArgumentException("examples = " + examples + " with "
                    + Counts.plain(mixture.get().labels().length, "other label"));
        }
    }

    /**
     * What of a batch counts in the loss.
     *
     * @param classWeights {@code [classes]}: what of a target each class counts; empty: 1
     * @param leftOut rows that would be examples if their pictures could be decoded: file, row, id and what is wrong with it
     */
    public record Counted(Optional<double[]> classWeights, List<String> leftOut) {
        public Counted {
            leftOut = List.copyOf(leftOut);
        }

        /** Everything, and alike. */
        static Counted all() {
            return new Counted(Optional.empty(), List.of());
        }
    }

    /** {@return as {@link Counted} has it} */
    public Optional<double[]> classWeights() {
        return counted.classWeights();
    }

    /** {@return as {@link Counted} has it} */
    public List<String> leftOut() {
        return counted.leftOut();
    }

    /**
     * A batch of which all classes count alike.
     *
     * @param examples N, how many there are
     * @param images {@code [N, C, H, W]}, row-major
     * @param labels {@code [N]}, from 0
     * @param mixture the second labels and their shares, where pictures are mixed
     */
    public Batch(int examples, float[] images, int[] labels, Optional<Mixture> mixture) {
        this(examples, images, labels, mixture, Counted.all(), Optional.empty());
    }

    /**
     * Examples of one class each.
     *
     * @param examples N, how many there are
     * @param images {@code [N, C, H, W]}, row-major
     * @param labels {@code [N]}, from 0
     */
    public Batch(int examples, float[] images, int[] labels) {
        this(examples, images, labels, Optional.empty());
    }

    /**
     * A second label for each example: it is of class {@code labels[n]} with weight {@code shares[n]}, and of its first
     * label's class with the rest.
     *
     * @param labels {@code [N]}
     * @param shares {@code [N]}, each in [0, 1]
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Mixture(int[] labels, float[] shares) {
        public Mixture {
            if (labels.length != shares.length) {
                throw new IllegalArgumentException(
                        Counts.plain(labels.length, "label") + " with " + Counts.plain(shares.length, "share"));
            }
        }
    }

    /** The same pictures as mixtures. */
    Batch mixed(int[] others, float[] shares) {
        return new Batch(examples, images, labels, Optional.of(new Mixture(others, shares)), counted, sets);
    }

    /**
     * {@return the same with weights of the classes}
     *
     * @param weights what an example counts in the loss, {@code [classes]}
     */
    public Batch weighted(double[] weights) {
        return new Batch(examples, images, labels, mixture, new Counted(Optional.of(weights), leftOut()), sets);
    }

    /**
     * {@return the same, whose labels stand for sets of classes if there are such}
     *
     * @param of classes
     */
    public Batch labelled(Optional<LabelSets> of) {
        return new Batch(examples, images, labels, mixture, counted, of);
    }

    /**
     * {@return a part of it}
     *
     * @param kept which examples, rising, one at least
     * @param others what the others were
     */
    Batch only(int[] kept, List<String> others) {
        int size = images.length / examples;
        float[] pictures = new float[kept.length * size];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(images, kept[i] * size, pictures, i * size, size);
        }
        int[] classes = Arrays.stream(kept).map(example -> labels[example]).toArray();
        return new Batch(kept.length, pictures, classes, Optional.empty(), new Counted(classWeights(), others), sets);
    }
}
