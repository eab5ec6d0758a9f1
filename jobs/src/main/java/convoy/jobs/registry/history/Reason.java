package convoy.jobs.registry.history;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Optional;

/**
 * Why something is done to a registry.
 *
 * @param because in words of whoever does it
 * @param verdict of the comparison that it rests on; empty if it rests on none
 */
public record Reason(String because, Optional<Verdict> verdict) {
    public Reason {
        if (because.isBlank()) {
            throw new BadInputException(Refusal.of("because", "'" + because + "'")
                    .because("says nothing")
                    .instead("say in a sentence why, for whoever reads the history"));
        }
    }

    /**
     * {@return a reason without a verdict}
     *
     * @param because in words
     */
    public static Reason of(String because) {
        return new Reason(because, Optional.empty());
    }
}
