package convoy.worker.engine.nd4j;

import convoy.worker.data.batch.Batch;
import convoy.worker.data.format.LabelSets;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Softmax cross-entropy of one head: the sum over examples, times the head's weight. The target is
 * {@code (1 - smoothing) hard + smoothing / classes}, as with PyTorch's {@code label_smoothing}, {@code hard} being 1 for the
 * label's class or, of a mixture, the shares of its two labels' classes; each class's target is multiplied by that class's
 * weight. Of examples that may be of several classes it is sigmoid cross-entropy, the mean over the classes, as PyTorch's
 * {@code BCEWithLogitsLoss}. Computed in double, in the order of the examples.
 */
final class HeadLoss implements ILossFunction {
    /** Numbers of an example's label: its class, or of a mixture its class, the other class and that one's share. */
    private static final int PLAIN = 1;

    private static final int MIXED = 3;

    private static final long serialVersionUID = 1;

    private final double weight;
    private final double smoothing;
    private Optional<double[]> classWeights = Optional.empty();
    private boolean several;
    private double lossSum;
    private int correct;

    HeadLoss(double weight, double smoothing) {
        this.weight = weight;
        this.smoothing = smoothing;
    }

    /** What the labels of the batch to come are, and what they count. */
    void begin(Batch batch) {
        classWeights = batch.classWeights();
        several = batch.sets().isPresent();
    }

    /** What this reads of the labels of a batch. */
    static INDArray labels(Batch batch) {
        if (batch.sets().isPresent()) {
            return targets(batch, batch.sets().get());
        }
        int width = batch.mixture().isPresent() ? MIXED : PLAIN;
        INDArray labels = Nd4j.create(DataType.FLOAT, batch.examples(), width);
        FloatBuffer floats = HostFloats.write(labels);
        for (int example = 0; example < batch.examples(); example++) {
            floats.put(batch.labels()[example]);
            if (batch.mixture().isPresent()) {
                floats.put(batch.mixture().get().labels()[example]);
                floats.put(batch.mixture().get().shares()[example]);
            }
        }
        return labels;
    }

    private static INDArray targets(Batch batch, LabelSets sets) {
        INDArray targets = Nd4j.create(DataType.FLOAT, batch.examples(), sets.classes());
        FloatBuffer floats = HostFloats.write(targets);
        for (int label : batch.labels()) {
            for (boolean shown : sets.of(label)) {
                floats.put(shown ? 1 : 0);
            }
        }
        return targets;
    }

    /** The loss of the last batch, summed over its examples, without the head's weight. */
    double lossSum() {
        return lossSum;
    }

    /**
     * The examples of the last batch whose first largest logit is the label's; of a mixture, the label's of the larger share;
     * of several labels, those of which each logit has the sign that its label asks for, 0 being that of a label.
     */
    int correct() {
        return correct;
    }

    /**
     * The derivative by the logits, and as a by-product the loss and the correct ones.
     *
     * @param labels {@code [N, 1]}, the class of each example, or of mixtures {@code [N, 3]}: class, other class, its share;
     *     or {@code [N, classes]}, 1 for each class of an example that may have several
     * @param logits {@code [N, classes]}
     */
    @Override
    public INDArray computeGradient(INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
        if (several) {
            return sigmoidGradient(labels, logits);
        }
        int examples = (int) logits.size(0);
        int classes = (int) logits.size(1);
        int width = (int) labels.size(1);
        INDArray gradient = Nd4j.createUninitialized(logits.dataType(), logits.shape(), 'c');
        FloatBuffer in = HostFloats.read(logits);
        FloatBuffer out = HostFloats.write(gradient);
        FloatBuffer labelFloats = HostFloats.read(labels);
        float[] row = new float[classes];
        double[] exponentials = new double[classes];
        double[] targets = new double[classes];
        lossSum = 0;
        correct = 0;
        for (int example = 0; example < examples; example++) {
            in.get(example * classes, row);
            int label = (int) labelFloats.get(example * width);
            int other = width == MIXED ? (int) labelFloats.get(example * width + 1) : label;
            double share = width == MIXED ? labelFloats.get(example * width + 2) : 0;
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (row[c] > row[best]) {
                    best = c;
                }
            }
            double sum = 0;
            double logitSum = 0;
            for (int c = 0; c < classes; c++) {
                exponentials[c] = Math.exp((double) row[c] - row[best]);
                sum += exponentials[c];
                logitSum += row[c];
            }
            double logSum = Math.log(sum) + row[best];
            if (best == (share > 0.5 ? other : label)) {
                correct++;
            }
            if (classWeights.isEmpty()) {
                double wanted = (1 - share) * row[label] + share * row[other];
                lossSum += logSum - (1 - smoothing) * wanted - smoothing * logitSum / classes;
            }
            double targetSum = 1;
            for (int c = 0; c < classes; c++) {
                double hard = (c == label ? 1 - share : 0) + (c == other ? share : 0);
                targets[c] = smoothing / classes + (1 - smoothing) * hard;
            }
            if (classWeights.isPresent()) {
                targetSum = 0;
                for (int c = 0; c < classes; c++) {
                    targets[c] *= classWeights.get()[c];
                    targetSum += targets[c];
                    lossSum += targets[c] * (logSum - row[c]);
                }
            }
            for (int c = 0; c < classes; c++) {
                row[c] = (float) (weight * (targetSum * (exponentials[c] / sum) - targets[c]));
            }
            out.put(example * classes, row);
        }
        return gradient;
    }

    /** Sigmoid cross-entropy of {@code [N, classes]} targets, 0 or 1: the mean over the classes, summed over the examples. */
    private INDArray sigmoidGradient(INDArray labels, INDArray logits) {
        int examples = (int) logits.size(0);
        int classes = (int) logits.size(1);
        INDArray gradient = Nd4j.createUninitialized(logits.dataType(), logits.shape(), 'c');
        FloatBuffer in = HostFloats.read(logits);
        FloatBuffer out = HostFloats.write(gradient);
        FloatBuffer targets = HostFloats.read(labels);
        float[] row = new float[classes];
        lossSum = 0;
        correct = 0;
        for (int example = 0; example < examples; example++) {
            in.get(example * classes, row);
            boolean allRight = true;
            double loss = 0;
            for (int c = 0; c < classes; c++) {
                double logit = row[c];
                double target = targets.get(example * classes + c);
                // No exponential of a large number: log(1 + exp(logit)) - target * logit, whatever the logit's sign.
                double small = Math.exp(-Math.abs(logit));
                loss += Math.max(logit, 0) - target * logit + Math.log1p(small);
                double sigmoid = logit >= 0 ? 1 / (1 + small) : small / (1 + small);
                allRight &= logit >= 0 == target > 0;
                row[c] = (float) (weight * (sigmoid - target) / classes);
            }
            lossSum += loss / classes;
            correct += allRight ? 1 : 0;
            out.put(example * classes, row);
        }
        return gradient;
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
        return weight * lossSum;
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
        throw new UnsupportedOperationException("the engine reads sums over the batch");
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
        INDArray gradient = computeGradient(labels, logits, activation, mask);
        return Pair.of(weight * lossSum, gradient);
    }

    @Override
    public String name() {
        return "softmax cross-entropy";
    }
}
