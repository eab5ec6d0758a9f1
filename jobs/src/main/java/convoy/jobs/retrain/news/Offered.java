package convoy.jobs.retrain.news;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.Optional;

/**
 * A data set that lies where a pipeline's data come from.
 *
 * @param id its name, which stays: of a partition the folder's, in a manifest the entry's
 * @param uri where it lies
 * @param fingerprint of its content and order
 * @param rows how many; 0 of a day on which nothing came
 * @param day that its rows are of; empty if that is not said
 */
public record Offered(String id, String uri, String fingerprint, long rows, Optional<LocalDate> day) {
    /** By days, those without one first, and then by names: whatever order they were listed in. */
    static final Comparator<Offered> ORDER =
            Comparator.comparing((Offered one) -> one.day.orElse(LocalDate.MIN)).thenComparing(Offered::id);
}
