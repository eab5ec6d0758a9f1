package convoy.jobs.study.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Names;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What chance a comparison is repeated over.
 *
 * @param values a trial of each variant for each
 * @param vary what of a run depends on them; the rest keeps the base's seed
 */
public record Seeds(List<Long> values, List<Source> vary) {
    /** A source of randomness of a run, by the key of its seed in the run file. */
    public enum Source {
        /** The initial values of the parameters. */
        INITIAL,

        /** The order of the rows. */
        ORDER,

        /** What is random in transforms and mixtures. */
        AUGMENTATION,

        /** Dropout and stochastic depth. */
        DROPOUT
    }

    public Seeds {
        values = List.copyOf(values);
        vary = List.copyOf(vary);
        if (values.isEmpty()) {
            throw new BadInputException(Refusal.of("values", "[]")
                    .because("has none")
                    .instead("give the seeds of the trials, as [1, 2, 3, 4, 5, 6]"));
        }
        requireOnce("values", values);
        if (vary.isEmpty()) {
            throw new BadInputException(Refusal.of("vary", "[]")
                    .because("has none, so that all seeds would train the same")
                    .instead("give one of initial, order, augmentation, dropout or more, or leave it out for all"));
        }
        requireOnce(
                "vary", vary.stream().map(source -> Names.kebab(source.name())).toList());
    }

    /**
     * {@return what a study file need not say: six seeds, the fewest with which a signed-rank test can tell anything at a level of 0.05}
     */
    public static Seeds defaults() {
        return new Seeds(List.of(1L, 2L, 3L, 4L, 5L, 6L), Arrays.asList(Source.values()));
    }

    /** {@return the keys of the run file that a seed is the value of} */
    public List<String> keys() {
        return vary.size() == Source.values().length
                ? List.of("seed")
                : vary.stream()
                        .map(source -> "seeds." + Names.kebab(source.name()))
                        .toList();
    }

    private static void requireOnce(String component, List<?> values) {
        Set<Object> seen = new HashSet<>();
        values.stream().filter(value -> !seen.add(value)).findFirst().ifPresent(twice -> {
            throw new BadInputException(Refusal.of(component, values)
                    .because("has " + twice + " twice")
                    .instead("a trial that is counted twice tells nothing more; give each one once"));
        });
    }
}
