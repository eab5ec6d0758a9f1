package convoy.driver.spark;

import convoy.driver.evaluation.Confusion;
import convoy.driver.evaluation.LabelFigures;
import convoy.worker.data.format.LabelSets;
import convoy.worker.loop.BlockScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a model says of the rows of one block whose pictures may show several classes.
 *
 * @param block number of the block
 * @param labels {@code [rows]}, each an index into the data set's sets of classes
 * @param logits {@code [rows, classes]}, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record LabelScores(int block, int[] labels, float[] logits) {
    /** Takes down what rows come to: scores, or of pictures that show one class each what they were taken for. */
    static final class Taking implements BlockScorer.Guesses {
        private final int block;
        private final int classes;
        private final List<Confusion.Count> counts;
        private final List<Integer> labels = new ArrayList<>();
        private final List<float[]> rows = new ArrayList<>();

        /** @param counts to which those of the block are added */
        Taking(int block, int classes, List<Confusion.Count> counts) {
            this.block = block;
            this.classes = classes;
            this.counts = counts;
        }

        @Override
        public void add(int label, int guess) {
            counts.add(new Confusion.Count(label, guess, 1));
        }

        @Override
        public void scored(int label, float[] logits, int offset) {
            labels.add(label);
            rows.add(Arrays.copyOfRange(logits, offset, offset + classes));
        }

        /** Empty if pictures show one class each. */
        Optional<LabelScores> scores() {
            if (labels.isEmpty()) {
                return Optional.empty();
            }
            float[] logits = new float[rows.size() * classes];
            for (int row = 0; row < rows.size(); row++) {
                System.arraycopy(rows.get(row), 0, logits, row * classes, classes);
            }
            return Optional.of(new LabelScores(
                    block, labels.stream().mapToInt(Integer::intValue).toArray(), logits));
        }
    }

    /** The figures of all blocks, which are the same whoever scored them. */
    static LabelFigures figures(List<String> classes, LabelSets sets, List<LabelScores> blocks) {
        List<LabelScores> ordered = blocks.stream()
                .sorted(Comparator.comparingInt(LabelScores::block))
                .toList();
        int rows = ordered.stream().mapToInt(block -> block.labels.length).sum();
        int width = classes.size();
        float[] logits = new float[rows * width];
        boolean[] shown = new boolean[rows * width];
        int at = 0;
        for (LabelScores block : ordered) {
            System.arraycopy(block.logits, 0, logits, at, block.logits.length);
            for (int label : block.labels) {
                System.arraycopy(sets.of(label), 0, shown, at, width);
                at += width;
            }
        }
        return LabelFigures.of(classes, logits, shown);
    }
}
