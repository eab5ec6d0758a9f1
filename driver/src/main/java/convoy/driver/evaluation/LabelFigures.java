package convoy.driver.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * How well a model finds the classes of pictures that may show several, each class by itself: it is found where its
 * probability is at least one half. Precision, recall and F1 are 0 where nothing divides them, as scikit-learn has them with
 * {@code zero_division=0}.
 *
 * @param classes in the order of the labels
 */
public record LabelFigures(List<OfClass> classes) {
    public LabelFigures {
        classes = List.copyOf(classes);
    }

    /**
     * One class.
     *
     * @param name of it
     * @param hits pictures that show it and in which it is found
     * @param falseAlarms pictures that do not show it and in which it is found
     * @param misses pictures that show it and in which it is not found
     * @param averagePrecision the area under the steps of precision over recall; empty if no picture shows it
     */
    public record OfClass(String name, long hits, long falseAlarms, long misses, Optional<Double> averagePrecision) {
        /** {@return the share of what is found that is there, in [0, 1]} */
        public double precision() {
            return share(hits, hits + falseAlarms);
        }

        /** {@return the share of what is there that is found, in [0, 1]} */
        public double recall() {
            return share(hits, hits + misses);
        }

        /** {@return the harmonic mean of both, in [0, 1]} */
        public double f1() {
            return share(2 * hits, 2 * hits + falseAlarms + misses);
        }
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /**
     * {@return the figures of rows; in whatever order they come, they are the same}
     *
     * @param names of the classes
     * @param logits {@code [rows, classes]}, row-major; what is no number is never found
     * @param shown {@code [rows, classes]}, whether a row shows the class
     */
    public static LabelFigures of(List<String> names, float[] logits, boolean[] shown) {
        int width = names.size();
        int rows = logits.length / width;
        List<OfClass> classes = new ArrayList<>();
        float[] scores = new float[rows];
        boolean[] there = new boolean[rows];
        for (int c = 0; c < width; c++) {
            long hits = 0;
            long falseAlarms = 0;
            long misses = 0;
            for (int row = 0; row < rows; row++) {
                float logit = logits[row * width + c];
                scores[row] = Float.isNaN(logit) ? Float.NEGATIVE_INFINITY : logit;
                there[row] = shown[row * width + c];
                boolean found = logit >= 0;
                hits += there[row] && found ? 1 : 0;
                falseAlarms += !there[row] && found ? 1 : 0;
                misses += there[row] && !found ? 1 : 0;
            }
            classes.add(new OfClass(names.get(c), hits, falseAlarms, misses, AveragePrecision.of(scores, there)));
        }
        return new LabelFigures(classes);
    }

    /** {@return the figures of all classes taken together, in which each occurrence counts alike} */
    public OfClass micro() {
        return new OfClass(
                "all",
                classes.stream().mapToLong(OfClass::hits).sum(),
                classes.stream().mapToLong(OfClass::falseAlarms).sum(),
                classes.stream().mapToLong(OfClass::misses).sum(),
                Optional.empty());
    }

    /**
     * {@return the mean of a figure over the classes, each of which counts alike}
     *
     * @param figure as {@code OfClass::recall}
     */
    public double macro(ToDoubleFunction<OfClass> figure) {
        double sum = 0;
        for (OfClass one : classes) {
            sum += figure.applyAsDouble(one);
        }
        return sum / classes.size();
    }

    /** {@return the mean of the average precisions of the classes that some picture shows; empty if there are none} */
    public OptionalDouble meanAveragePrecision() {
        return classes.stream()
                .flatMap(one -> one.averagePrecision().stream())
                .mapToDouble(Double::doubleValue)
                .average();
    }
}
