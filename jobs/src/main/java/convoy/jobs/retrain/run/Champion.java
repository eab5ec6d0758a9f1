package convoy.jobs.retrain.run;

import convoy.jobs.retrain.news.Lineage;
import java.util.List;

/**
 * The version that serves.
 *
 * @param version its number
 * @param trained what it and those that it came from were trained on
 * @param accuracies on the held-out rows of models of its recipe and data whose seeds alone differ, its own among them; none if there are
 *     no others
 */
public record Champion(long version, List<Lineage.Trained> trained, List<Double> accuracies) {
    public Champion {
        trained = List.copyOf(trained);
        accuracies = List.copyOf(accuracies);
    }
}
