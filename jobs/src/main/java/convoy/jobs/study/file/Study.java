package convoy.jobs.study.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.Value;
import convoy.records.annotation.Default;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A question, and what is done to answer it. The keys of a study file are the names of the components. Each part checks itself;
 * what two parts must agree on is checked here, and what needs the run file or the data where the study is made out.
 *
 * @param name of the study and of its directory under {@code studies}
 * @param studies URI of the directory that holds studies, on any Hadoop file system
 * @param question that it answers, in a person's words
 * @param base the run that all trials have in common: the address of a run file, or its keys
 * @param variants what is compared, by name: keys of the run file that are laid over the base; empty: a grid gives them
 * @param grid instead of variants: keys of the run file with the values of each, in every combination
 * @param baseline the variant that every other one is compared with; empty: all pairs are compared
 * @param seeds of the trials that are compared
 * @param validation what they are scored on
 * @param tuning how settings are searched for each variant; empty: all have the base's
 * @param budget what each trial may cost
 * @param halving of the tuning's trials; empty: all go to their end
 * @param retries how often a trial that crashed is tried again
 * @param diverged when a trial counts as diverged
 * @param processors what is done about processors of several kinds
 * @param test URI of the data set that the chosen trials are scored on once, at the end; empty: none is
 * @param statistics what is to be shown, and how surely
 */
@RecordBuilder
public record Study(
        String name,
        @Default("studies") String studies,
        String question,
        Value base,
        Optional<Map<String, Value>> variants,
        Optional<Map<String, List<Value>>> grid,
        Optional<String> baseline,
        Seeds seeds,
        StudyValidation validation,
        Optional<Tuning> tuning,
        Budget budget,
        Optional<Halving> halving,
        @Default("2") int retries,
        Diverged diverged,
        @Default("one") Processors processors,
        Optional<String> test,
        StatisticsPlan statistics)
        implements StudyBuilder.With {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public Study {
        studies = HomeDirectory.uri("studies", studies);
        test = test.map(uri -> HomeDirectory.uri("test", uri));
        variants = variants.map(Study::inOrder);
        grid = grid.map(Study::inOrder);
        requireName("name", name);
        if (question.isBlank()) {
            throw new BadInputException(Refusal.of("question", "''")
                    .because("is empty")
                    .instead("say in a sentence what the study is to answer; the report begins with it"));
        }
        if (variants.isPresent() && grid.isPresent()) {
            throw new BadInputException(Refusal.of("grid")
                    .because("is given, and variants too", "variants")
                    .instead("a grid makes variants of its own; leave one of them out"));
        }
        variants.ifPresent(given -> given.keySet().forEach(variant -> requireName("variants", variant)));
        Optional<Long> shared = tuning.stream()
                .flatMap(search -> search.trialSeeds().stream())
                .filter(seeds.values()::contains)
                .findFirst();
        if (shared.isPresent()) {
            boolean first = shared.get() == tuning.get().seed();
            throw new BadInputException(Refusal.of("tuning.seed", tuning.get().seed())
                    .because(
                            (first
                                    ? "is one of seeds.values too"
                                    : "with tuning.seeds = " + tuning.get().seeds() + " comes to seed " + shared.get()
                                            + ", one of seeds.values too"),
                            "seeds")
                    .instead(
                            "settings that were chosen by a seed's luck look better with that seed; give another one"));
        }
        if (halving.isPresent() && tuning.isEmpty()) {
            throw new BadInputException(Refusal.of("halving")
                    .because("is given, and there is no tuning", "tuning")
                    .instead("it stops trials of the tuning early; leave it out, or give tuning"));
        }
        Refusal.requireAtLeast("retries", retries, 0, "0 records the first crash");
    }

    private static <T> Map<String, T> inOrder(Map<String, T> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static void requireName(String component, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BadInputException(Refusal.of(component, "'" + name + "'")
                    .because("does not match " + NAME.pattern())
                    .instead("it becomes a directory; use letters, digits, '.', '_', '-'"));
        }
    }
}
