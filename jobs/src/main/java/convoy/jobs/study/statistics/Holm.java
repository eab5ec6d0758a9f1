package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction (Holm 1979): rejects what is at most the level after it, and the chance that any true hypothesis of the
 * family is among the rejected ones is then at most the level, however the tests hang together.
 */
public final class Holm {
    private Holm() {}

    /**
     * {@return the adjusted p of each, in the order given: the smallest times their number, the next times one less, never falling, at most
     * 1}
     *
     * @param probabilities p of each hypothesis
     * @throws BadInputException if one is not in [0, 1]
     */
    public static List<Double> adjust(List<Double> probabilities) {
        for (int i = 0; i < probabilities.size(); i++) {
            double p = probabilities.get(i);
            if (!(p >= 0 && p <= 1)) {
                throw new BadInputException(
                        Refusal.of("p." + i, p).because("is not in [0, 1]").instead("give what a test gave"));
            }
        }
        List<Integer> order = IntStream.range(0, probabilities.size())
                .boxed()
                .sorted(Comparator.comparing(probabilities::get))
                .toList();
        List<Double> adjusted = new ArrayList<>(Collections.nCopies(probabilities.size(), 1.0));
        double largest = 0;
        for (int step = 0; step < order.size(); step++) {
            int index = order.get(step);
            largest = Math.max(largest, Math.min(1, (order.size() - step) * probabilities.get(index)));
            adjusted.set(index, largest);
        }
        return List.copyOf(adjusted);
    }
}
