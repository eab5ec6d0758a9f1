package convoy.jobs.report.run;

import convoy.driver.evaluation.Confusion;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** How each class of a data set did. */
final class ClassScores {
    private final Confusion confusion;
    private final long[] rows;
    private final long[] right;
    private final long[] guessed;

    ClassScores(Confusion confusion) {
        this.confusion = confusion;
        int classes = confusion.classes().size();
        this.rows = new long[classes];
        this.right = new long[classes];
        this.guessed = new long[classes];
        for (Confusion.Count count : confusion.counts()) {
            rows[count.label()] += count.rows();
            if (count.guess() >= 0) {
                guessed[count.guess()] += count.rows();
            }
            if (count.guess() == count.label()) {
                right[count.label()] += count.rows();
            }
        }
    }

    String name(int index) {
        return confusion.classes().get(index);
    }

    /** Rows of the class. */
    long rows(int index) {
        return rows[index];
    }

    /** Of these, what was taken for it. */
    long right(int index) {
        return right[index];
    }

    /** The share of its rows that were taken for it; no number where there are none. */
    double recall(int index) {
        return rows[index] == 0 ? Double.NaN : (double) right[index] / rows[index];
    }

    /** The share of what was taken for it that is of it; no number where nothing was. */
    double precision(int index) {
        return guessed[index] == 0 ? Double.NaN : (double) right[index] / guessed[index];
    }

    double accuracy() {
        return (double) right() / rows();
    }

    /** Rows that were taken for what they are. */
    long right() {
        return LongStream.of(right).sum();
    }

    long rows() {
        return LongStream.of(rows).sum();
    }

    /** Classes with rows, the worst first. */
    List<Integer> worst() {
        return IntStream.range(0, rows.length)
                .filter(index -> rows[index] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(this::recall).thenComparingInt(index -> index))
                .toList();
    }

    /** What was mistaken, the most frequent first. */
    List<Confusion.Count> mistakes() {
        return confusion.counts().stream()
                .filter(count -> count.guess() != count.label())
                .sorted(Comparator.comparingLong(Confusion.Count::rows)
                        .reversed()
                        .thenComparingInt(Confusion.Count::label)
                        .thenComparingInt(Confusion.Count::guess))
                .toList();
    }

    /** Rows of one class that were taken for another, or the same. */
    long count(int label, int guess) {
        return confusion.counts().stream()
                .filter(count -> count.label() == label && count.guess() == guess)
                .mapToLong(Confusion.Count::rows)
                .sum();
    }
}
