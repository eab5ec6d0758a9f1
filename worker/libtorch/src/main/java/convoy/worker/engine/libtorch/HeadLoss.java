package convoy.worker.engine.libtorch;

import convoy.architectures.graph.Head;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.format.LabelSets;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.transfer.Transfers;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Softmax cross-entropy of one head for one batch: the sum over examples, times the head's weight. The target is
 * {@code (1 - smoothing) hard + smoothing / classes}, as with PyTorch's {@code label_smoothing}, {@code hard} being 1 for the
 * label's class or, of a mixture, the shares of its two labels' classes; each class's target is multiplied by that class's
 * weight. Computed in double, on the device.
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
     * @param scale what the gradient is multiplied by
     */
    static HeadLoss of(Head head, Tensor logits, Wanted wanted, double scale) {
        return wanted.several() ? ofSets(head, logits, wanted, scale) : ofClasses(head, logits, wanted, scale);
    }

    /** Of examples that may be of several classes: the mean over the classes, as PyTorch's {@code BCEWithLogitsLoss}. */
    private static HeadLoss ofSets(Head head, Tensor logits, Wanted wanted, double scale) {
        Tensor values = logits.detach();
        Tensor wide = values.to(ScalarType.Double);
        long classes = wide.size(1);
        // No exponential of a large number: log(1 + exp(logit)) - target * logit, whatever the logit's sign.
        Tensor loss = wide.clamp_min(new Scalar(0.0))
                .sub(wide.mul(wanted.targets()))
                .add(wide.abs().neg().exp().log1p())
                .sum()
                .div(new Scalar((double) classes));
        Tensor gradient = wide.sigmoid()
                .sub(wanted.targets())
                .mul(new Scalar(head.weight() * scale / classes))
                .to(values.scalar_type());
        Tensor correct = wide.ge(new Scalar(0.0))
                .eq(wanted.targets().gt(new Scalar(0.0)))
                .all(1)
                .sum();
        return new HeadLoss(head, Scopes.kept(loss), Scopes.kept(correct), Scopes.kept(gradient));
    }

    private static HeadLoss ofClasses(Head head, Tensor logits, Wanted wanted, double scale) {
        Tensor values = logits.detach();
        Tensor logs = values.to(ScalarType.Double).log_softmax(1);
        Tensor loss = wanted.targets().mul(logs).sum().neg();
        Tensor probabilities = logs.exp();
        Tensor gradient = wanted.sums()
                .map(sums -> probabilities.mul(sums))
                .orElse(probabilities)
                .sub(wanted.targets())
                .mul(new Scalar(head.weight() * scale))
                .to(values.scalar_type());
        Tensor correct =
                values.argmax(new LongOptional(1), false).eq(wanted.labels()).sum();
        return new HeadLoss(head, Scopes.kept(loss), Scopes.kept(correct), Scopes.kept(gradient));
    }

    /**
     * What a batch's logits are held against, on the device, in double; the same for all heads.
     *
     * @param targets {@code [N, classes]}
     * @param sums {@code [N, 1]}, each example's targets added up; empty if they all come to 1
     * @param labels {@code [N]}: the classes that count as correct; of several labels nothing that is read
     * @param several whether each example may be of several classes, its targets being 0 and 1
     */
    record Wanted(Tensor targets, Optional<Tensor> sums, Tensor labels, boolean several) {
        /** Sends it to the device, in the open scope. */
        static Wanted of(Batch batch, int classes, double smoothing, Transfers transfers) {
            double[] targets = batch.sets().isPresent()
                    ? HeadLoss.targets(batch, batch.sets().get())
                    : HeadLoss.targets(batch, classes, smoothing);
            return new Wanted(
                    transfers.doubles(targets, batch.examples(), classes),
                    batch.classWeights()
                            .map(weights -> transfers.doubles(HeadLoss.sums(targets, classes), batch.examples(), 1)),
                    transfers.doubles(HeadLoss.labels(batch), batch.examples()),
                    batch.sets().isPresent());
        }
    }

    private static double[] sums(double[] targets, int classes) {
        double[] sums = new double[targets.length / classes];
        for (int i = 0; i < targets.length; i++) {
            sums[i / classes] += targets[i];
        }
        return sums;
    }

    private static double[] targets(Batch batch, LabelSets sets) {
        double[] targets = new double[batch.examples() * sets.classes()];
        int at = 0;
        for (int label : batch.labels()) {
            for (boolean shown : sets.of(label)) {
                targets[at++] = shown ? 1 : 0;
            }
        }
        return targets;
    }

    /** Row-major. */
    private static double[] targets(Batch batch, int classes, double smoothing) {
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
        batch.classWeights().ifPresent(weights -> {
            for (int i = 0; i < targets.length; i++) {
                targets[i] *= weights[i % classes];
            }
        });
        return targets;
    }

    /** Of a mixture that of the larger share, the first label if both have half. */
    private static double[] labels(Batch batch) {
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
