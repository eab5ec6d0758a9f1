package convoy.worker.engine.lowering;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.format.LabelSets;

/** Whether a batch fits a network. */
public final class BatchCheck {
    private final Network network;
    private final Shape input;
    private final int classes;

    /**
     * A check of batches for a network.
     *
     * @param network that is to take them
     */
    public BatchCheck(Network network) {
        this.network = network;
        this.input = network.input();
        this.classes = network.classes();
    }

    /**
     * Does nothing if the batch is one that the network takes.
     *
     * @param batch images {@code [N, C, H, W]} with their labels
     * @throws BadInputException if the images are of another shape, or a label is no class
     */
    public void check(Batch batch) {
        if (batch.images().length != batch.examples() * input.size()) {
            throw new BadInputException("a batch of " + Counts.plain(batch.examples(), "example") + " has "
                    + Counts.plain(batch.images().length, "float") + " of images, but network " + network.name()
                    + " takes " + input + ", " + input.size()
                    + " for each; import or transform the images to that shape");
        }
        if (batch.sets().isPresent()) {
            checkSets(batch, batch.sets().get());
        } else {
            checkLabels(batch.labels(), classes);
            batch.mixture().ifPresent(mixture -> checkLabels(mixture.labels(), classes));
        }
        batch.classWeights().filter(weights -> weights.length != classes).ifPresent(weights -> {
            throw new BadInputException("a batch has weights of " + Counts.plain(weights.length, "class", "classes")
                    + ", but network " + network.name() + " tells apart " + classes);
        });
    }

    private void checkSets(Batch batch, LabelSets sets) {
        if (batch.mixture().isPresent() || batch.classWeights().isPresent()) {
            throw new IllegalArgumentException("mixtures and weights of classes are of examples of one class each");
        }
        if (sets.classes() != classes) {
            throw new BadInputException("a batch has sets of " + Counts.plain(sets.classes(), "class", "classes")
                    + ", but network " + network.name() + " tells apart " + classes);
        }
        checkLabels(batch.labels(), sets.size());
    }

    private void checkLabels(int[] labels, int count) {
        for (int label : labels) {
            if (label < 0 || label >= count) {
                throw new BadInputException(
                        "label = " + label + " is not in [0, " + count + "), the classes of network " + network.name());
            }
        }
    }
}
