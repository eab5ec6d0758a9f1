package convoy.worker.engine.libtorch;

import convoy.architectures.Head;
import convoy.worker.data.Batch;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Softmax cross-entropy of one head for one batch: the sum over examples, times the head's weight. The target is
 * {@code (1 - smoothing) hard + smoothing / classes}, as with PyTorch's {@code label_smoothing}, {@code hard} being 1 for the
 * label's class or, of a mixture, the shares of its two labels' classes. Computed in double, on the device.
 *
 * @param head whose loss it is
 * @param loss of all examples together, a scalar, without the head's weight; kept
 * @param correct how many logits are largest for the label of the larger share, a scalar; kept
 * @param gradient by the logits, {@code [N, classes]}, times the scale; kept
 */
record HeadLoss(Head head, Tensor loss, Tensor correct, Tensor gradient) implements AutoCloseable {

    /**
     * Computes it, in the open scope.
     *
     * @param logits {@code [N, classes]}
     * @param targets {@code [N, classes]} in double
     * @param labels {@code [N]} in double: the classes that count as correct
     * @param scale what the gradient is multiplied by
     */
    static HeadLoss of(Head head, Tensor logits, Tensor targets, Tensor labels, double scale) {
        Tensor values = logits.detach();
        Tensor logs = values.to(ScalarType.Double).log_softmax(1);
        Tensor loss = targets.mul(logs).sum().neg();
        Tensor gradient =
                logs.exp().sub(targets).mul(new Scalar(head.weight() * scale)).to(values.scalar_type());
        Tensor correct = values.argmax(new LongOptional(1), false).eq(labels).sum();
        return new HeadLoss(head, Scopes.kept(loss), Scopes.kept(correct), Scopes.kept(gradient));
    }

    /** What {@link #of} takes for targets, row-major. */
    static double[] targets(Batch batch, int classes, double smoothing) {
        double[] targets = new double[batch.examples() * classes];
        for (int example = 0; example < batch.examples(); example++) {
            int row = example * classes;
            for (int c = row; c < row + classes; c++) {
                targets[c] = smoothing / classes;
            }
            double share = batch.mixture().isPresent() ? batch.mixture().get().shares()[example] : 0;
            targets[row + batch.labels()[example]] += (1 - smoothing) * (1 - share);
            if (batch.mixture().isPresent()) {
                targets[row + batch.mixture().get().labels()[example]] += (1 - smoothing) * share;
            }
        }
        return targets;
    }

    /** What {@link #of} takes for labels: of a mixture that of the larger share, the first label if both have half. */
    static double[] labels(Batch batch) {
        double[] labels = new double[batch.examples()];
        for (int example = 0; example < labels.length; example++) {
            boolean other = batch.mixture().isPresent() && batch.mixture().get().shares()[example] > 0.5f;
            labels[example] = other ? batch.mixture().get().labels()[example] : batch.labels()[example];
        }
        return labels;
    }

    @Override
    public void close() {
        loss.close();
        correct.close();
        gradient.close();
    }
}
