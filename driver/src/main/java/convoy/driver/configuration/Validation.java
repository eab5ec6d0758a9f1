package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.split.Split;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * What is scored: a data set, a share of the training rows, or one of several folds of them. A run file may have the first as
 * text.
 *
 * @param uri of the data set
 * @param share of the rows of each class that are held out
 * @param folds that the rows of each class are dealt into
 * @param fold that is held out, from 0
 * @param seed of the split; empty: 0, whatever the run's seed is, so that all runs of a study share the split
 */
@RecordBuilder
public record Validation(
        Optional<String> uri,
        Optional<Double> share,
        Optional<Integer> folds,
        Optional<Integer> fold,
        Optional<Long> seed) {
    public Validation {
        uri = uri.map(text -> HomeDirectory.uri("data.validation", text));
        uri.filter(String::isBlank).ifPresent(blank -> {
            throw new BadInputException(Refusal.of("data.validation", "''")
                    .because("is empty")
                    .instead("give a data set, {share: 0.1} or {folds: 5, fold: 0}"));
        });
        if (uri.isPresent()) {
            refuseBeside("share", share, "uri");
            refuseBeside("folds", folds, "uri");
            refuseBeside("fold", fold, "uri");
            refuseBeside("seed", seed, "uri");
        }
        if (share.isPresent()) {
            refuseBeside("folds", folds, "share");
            refuseBeside("fold", fold, "share");
        }
        requireWith("folds", folds, "fold", fold);
        requireWith("fold", fold, "folds", folds);
        if (uri.isEmpty() && split(share, folds, fold, seed).isEmpty()) {
            throw new BadInputException(Refusal.of("uri")
                    .because(", share and folds are all left out", "share", "folds", "fold")
                    .instead("give a data set, {share: 0.1} or {folds: 5, fold: 0}"));
        }
    }

    private static void refuseBeside(String key, Optional<?> value, String other) {
        value.ifPresent(given -> {
            throw new BadInputException(Refusal.of(key, given)
                    .because(", and " + other + " is given too", other)
                    .instead("rows are held out in one way; leave one of them out"));
        });
    }

    private static void requireWith(String key, Optional<?> value, String other, Optional<?> with) {
        if (value.isPresent() && with.isEmpty()) {
            throw new BadInputException(Refusal.of(key, value.get())
                    .because(", and no " + other + " is given", other)
                    .instead("give both, as {folds: 5, fold: 0}"));
        }
    }

    private static Optional<Split> split(
            Optional<Double> share, Optional<Integer> folds, Optional<Integer> fold, Optional<Long> seed) {
        long own = seed.orElse(0L);
        Optional<Split> ofShare = share.map(part -> new Split.Share(part, own));
        return ofShare.or(() -> folds.map(k -> new Split.Fold(k, fold.orElseThrow(), own)));
    }

    /**
     * {@return a data set of its own}
     *
     * @param uri of the data set
     */
    public static Validation at(String uri) {
        return new Validation(Optional.of(uri), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * {@return a share of the training rows, by the usual seed}
     *
     * @param share of the rows of each class, between 0 and 1
     */
    public static Validation ofShare(double share) {
        return new Validation(
                Optional.empty(), Optional.of(share), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * {@return one of several folds of the training rows, by the usual seed}
     *
     * @param folds at least 2
     * @param fold from 0
     */
    public static Validation ofFold(int folds, int fold) {
        return new Validation(
                Optional.empty(), Optional.empty(), Optional.of(folds), Optional.of(fold), Optional.empty());
    }

    /**
     * {@return what a text alone means: a data set}
     *
     * @param uri of the data set
     */
    public static Validation parse(String uri) {
        return at(uri);
    }

    /** {@return how the training rows are split; empty if a data set is scored} */
    public Optional<Split> split() {
        return split(share, folds, fold, seed);
    }

    /** The text that means it, if there is one. */
    @Override
    public String toString() {
        return uri.orElseGet(() -> split().toString());
    }
}
