package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.worker.data.DataSet;
import convoy.worker.data.order.RowLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What an example of each class counts in the loss, as PyTorch's {@code CrossEntropyLoss(weight=...)} takes it. */
public sealed interface ClassWeights {
    /** All count alike. */
    record None() implements ClassWeights {
        @Override
        public List<Double> of(DataSet data, RowLabels labels) {
            return List.of();
        }
    }

    /** Rows over classes over rows of the class, scikit-learn's {@code compute_class_weight("balanced", ...)}. */
    record Balanced() implements ClassWeights {
        @Override
        public List<Double> of(DataSet data, RowLabels labels) {
            data.requireAllClasses(labels);
            List<Double> weights = new ArrayList<>();
            for (int count : labels.counts()) {
                weights.add(labels.labels().length / ((double) labels.classes() * count));
            }
            return weights;
        }
    }

    /**
     * A weight for each class.
     *
     * @param weights in the order of the classes
     */
    record Given(List<Double> weights) implements ClassWeights {
        /** So many classes are told. */
        private static final int SOME = 12;

        public Given {
            weights = List.copyOf(weights);
            if (weights.stream().anyMatch(weight -> !(weight >= 0 && Double.isFinite(weight)))) {
                throw new BadInputException(Refusal.of("class-weights", weights)
                        .because("holds one that is below 0 or no finite number")
                        .instead("give each class 0 or more"));
            }
            if (weights.stream().noneMatch(weight -> weight > 0)) {
                throw new BadInputException(Refusal.of("class-weights", weights)
                        .because("gives no class any weight")
                        .instead("give one of them or more a weight above 0, or leave it out"));
            }
        }

        @Override
        public List<Double> of(DataSet data, RowLabels labels) {
            if (weights.size() != labels.classes()) {
                throw new BadInputException(
                        "loss.class-weights has " + Counts.plain(weights.size(), "weight") + ", data set "
                                + data.uri()
                                + " has " + Counts.plain(labels.classes(), "class", "classes")
                                + ": give one for each, in the order of its classes ("
                                + some(data.info().classes()) + ")");
            }
            int[] counts = labels.counts();
            for (int c = 0; c < counts.length; c++) {
                if (counts[c] > 0 && weights.get(c) > 0) {
                    return weights;
                }
            }
            throw new BadInputException("loss.class-weights gives 0 to every class that data set " + data.uri()
                    + " has rows of: give one of them or more a weight above 0");
        }

        /** The first of many, and how many more there are. */
        private static String some(List<?> many) {
            String first = many.stream().limit(SOME).map(Object::toString).collect(Collectors.joining(", "));
            return many.size() <= SOME ? first : first + " and " + (many.size() - SOME) + " more";
        }
    }

    /** {@return what a run file need not say: all count alike} */
    static ClassWeights defaults() {
        return new None();
    }

    /**
     * {@return the weights for a data set, class by class; none where all count alike}
     *
     * @param data that is trained on
     * @param labels of its rows
     * @throws BadInputException if there are none that suit it
     */
    List<Double> of(DataSet data, RowLabels labels);
}
