package convoy.jobs.study.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.storage.HomeDirectory;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What trials are scored on while settings are chosen and variants compared: the same rows for every trial, and never those of the
 * test set. An address alone means {@code data}. Exactly one is given.
 *
 * @param share of the training rows, cut out
 * @param folds into which the training rows are cut: each trial is trained so many times, each time scored on another one
 * @param data URI of a data set of its own
 */
public record StudyValidation(Optional<Double> share, Optional<Integer> folds, Optional<String> data) {
    public StudyValidation {
        data = data.map(uri -> HomeDirectory.uri("data", uri));
        long given = Stream.of(share, folds, data).filter(Optional::isPresent).count();
        if (given != 1) {
            throw new BadInputException(Refusal.of("validation")
                    .because(given == 0 ? "says nothing" : "says more than one thing")
                    .instead(
                            "give one of share (as 0.1), folds (as 5) and data (the address of a data set): whoever chooses"
                                    + " by the test set finds what that set likes"));
        }
        if (share.isPresent() && !(share.get() > 0 && share.get() < 1)) {
            throw new BadInputException(
                    Refusal.of("share", share.get()).because("is not in (0, 1)").instead("0.1 holds out a tenth"));
        }
        if (folds.isPresent()) {
            Refusal.requireAtLeast("folds", folds.get(), 2, "each fold is trained without, so there are two or more");
        }
    }

    /**
     * {@return a data set by its address, as a text alone means it}
     *
     * @param data address of a data set
     */
    public static StudyValidation parse(String data) {
        return new StudyValidation(Optional.empty(), Optional.empty(), Optional.of(data));
    }

    /** {@return how often the same seed is trained, each time scored on other rows} */
    public int splits() {
        return folds.orElse(1);
    }
}
