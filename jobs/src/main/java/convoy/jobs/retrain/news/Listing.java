package convoy.jobs.retrain.news;

import java.util.List;

/**
 * What lies where a pipeline's data come from.
 *
 * @param dataSets that are whole, of different ids
 * @param notes on what else lies there, a sentence each
 */
public record Listing(List<Offered> dataSets, List<String> notes) {
    public Listing {
        dataSets = dataSets.stream().sorted(Offered.ORDER).toList();
        notes = List.copyOf(notes);
        if (dataSets.stream().map(Offered::id).distinct().count() < dataSets.size()) {
            throw new IllegalArgumentException("two data sets of one id: " + dataSets);
        }
    }
}
