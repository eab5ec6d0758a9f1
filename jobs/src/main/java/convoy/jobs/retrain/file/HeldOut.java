package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.worker.data.split.Split;
import convoy.worker.storage.HomeDirectory;
import java.util.Optional;

/**
 * The rows on which champion and challenger are compared, and which are never trained on. An address alone means {@code data}. Exactly
 * one of {@code data} and {@code share} is given.
 *
 * @param data URI of a data set of its own
 * @param share of the rows of every data set that is trained on, by their ids; the same ids each time
 * @param seed of the choice by ids
 */
public record HeldOut(
        Optional<String> data,
        Optional<Double> share,
        @Default("0") long seed) {
    public HeldOut {
        data = data.map(uri -> HomeDirectory.uri("data", uri));
        if (data.isPresent() == share.isPresent()) {
            throw new BadInputException(Refusal.of("held-out")
                    .because(data.isEmpty() ? "says nothing" : "says more than one thing")
                    .instead(
                            "give data (the address of a data set) or share (as 0.1): on rows that a model was trained on"
                                    + " every model looks good"));
        }
        if (data.isPresent() && data.get().isBlank()) {
            throw new BadInputException(
                    Refusal.of("data", "''").because("is empty").instead("give the address of a data set"));
        }
        if (share.isPresent() && !(share.get() > 0 && share.get() < 1)) {
            throw new BadInputException(
                    Refusal.of("share", share.get()).because("is not in (0, 1)").instead("0.1 holds out a tenth"));
        }
    }

    /**
     * {@return a data set by its address, as a text alone means it}
     *
     * @param data address of a data set
     */
    public static HeldOut parse(String data) {
        return new HeldOut(Optional.of(data), Optional.empty(), 0);
    }

    /** {@return how rows are held out of each data set that is trained on; empty if they have a data set of their own} */
    public Optional<Split.Share> split() {
        return share.map(part -> new Split.Share(part, seed));
    }
}
