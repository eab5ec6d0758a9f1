package convoy.worker.data.split;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.records.text.Counts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.IntPredicate;

/**
 * Which rows of a data set are held out of training. The rows of each class are ranked by a hash of (seed, id), and some of
 * the ranks are held out: so the answer is a function of ids, labels and seed alone, whatever the order of rows and files.
 */
public sealed interface Split {
    /** {@return the seed of the ranking} */
    long seed();

    /**
     * Of each class of n rows the first {@code share * n}, rounded, half of a row up. The product is that of the decimal number
     * as it is written, not of the nearest binary one.
     *
     * @param share in (0, 1)
     * @param seed of the ranking
     */
    record Share(double share, @Default("0") long seed) implements Split {
        public Share {
            if (!(share > 0 && share < 1)) {
                throw new BadInputException(Refusal.of("share", share)
                        .because("is not in (0, 1)")
                        .instead("hold out a part of the rows, as 0.1"));
            }
        }

        private int heldOut(int rows) {
            return BigDecimal.valueOf(share)
                    .multiply(BigDecimal.valueOf(rows))
                    .setScale(0, RoundingMode.HALF_UP)
                    .intValueExact();
        }

        @Override
        public void requireBoth(int rows, String of) {
            int held = heldOut(rows);
            if (held == 0 || held == rows) {
                throw new BadInputException("data.validation.share = " + share + " leaves " + of + ", which has " + rows
                        + (rows == 1 ? " row, " : " rows, ") + "none "
                        + (held == 0 ? "that is held out: raise share" : "that is trained on: lower share")
                        + ", import more pictures of the class, or import again without it");
            }
        }

        @Override
        public IntPredicate ranks(long before, int rows) {
            int held = heldOut(rows);
            return rank -> rank < held;
        }
    }

    /**
     * One of k parts that cover all rows, none twice: with b rows of the classes before its own, rank r is in part {@code (b +
     * r) mod k}. So the parts differ by one row at most, in each class and altogether, as scikit-learn's {@code
     * StratifiedKFold} deals them out.
     *
     * @param folds k, 2 or more
     * @param fold the part that is held out, from 0
     * @param seed of the ranking, the same for all parts
     */
    record Fold(int folds, int fold, @Default("0") long seed) implements Split {
        public Fold {
            Refusal.requireAtLeast("folds", folds, 2, "with one, no row is left to train on");
            if (fold < 0 || fold >= folds) {
                throw new BadInputException(Refusal.of("fold", fold)
                        .because("is not in [0, folds = " + folds + ")", "folds")
                        .instead("the first one is 0, the last one " + (folds - 1)));
            }
        }

        @Override
        public void requireBoth(int rows, String of) {
            if (rows < folds) {
                throw new BadInputException("data.validation.folds = " + folds + " leaves " + of + ", which has "
                        + Counts.plain(rows, "row") + ", none in some of the folds: lower folds, import more"
                        + " pictures of the class, or import again without it");
            }
        }

        @Override
        public IntPredicate ranks(long before, int rows) {
            return rank -> (before + rank) % folds == fold;
        }
    }

    /**
     * Refuses a class of which no row would be held out, or none trained on.
     *
     * @param rows of the class, one or more
     * @param of the class, for the message
     * @throws BadInputException naming the class and its rows
     */
    void requireBoth(int rows, String of);

    /**
     * {@return the ranks of one class that are held out}
     *
     * @param before rows of the classes before it
     * @param rows of the class
     */
    IntPredicate ranks(long before, int rows);

    /**
     * {@return the rows that are held out} A class without rows is no matter.
     *
     * @param keys ids and labels of all rows
     * @throws BadInputException if ids are not unique, or a class has too few rows
     */
    default RowSet heldOut(RowKeys keys) {
        keys.requireUnique();
        int[] counts = keys.labels().counts();
        IntPredicate[] held = new IntPredicate[counts.length];
        long before = 0;
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] > 0) {
                requireBoth(counts[c], "class " + c + ", " + keys.classes().get(c) + ", of data set " + keys.data());
            }
            held[c] = ranks(before, counts[c]);
            before += counts[c];
        }
        int[] ranks = keys.ranks(seed());
        return RowSet.where(ranks.length, row -> held[keys.labels().labels()[row]].test(ranks[row]));
    }
}
