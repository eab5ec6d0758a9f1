package convoy.jobs.study.file;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What chance a comparison is repeated over. Every seed is one independent trial of a variant, or as many as {@code inside} asks for,
 * whose mean is then one.
 *
 * @param values a trial of each variant for each
 * @param vary what of a run depends on them; the rest keeps the base's seed
 * @param inside what is varied inside each seed, and inside that, so that the variance can be split by its sources; none: nothing is
 */
public record Seeds(List<Long> values, List<Source> vary, List<Inside> inside) {
    /** The shapes that the variance can be split of. */
    private static final int DEEPEST = 2;

    private static final int MOST = 100;
    /** YAML and JSON of every kind hold so large a whole number exactly. */
    private static final int SPARE_BITS = 16;

    /** A source of randomness of a run, by the key of its seed in the run file. */
    public enum Source {
        /** The initial values of the parameters. */
        INITIAL("initial values"),
        /** The order of the rows. */
        ORDER("order"),
        /** What is random in transforms and mixtures. */
        AUGMENTATION("augmentation"),
        /** Dropout and stochastic depth. */
        DROPOUT("dropout");

        private final String title;

        Source(String title) {
            this.title = title;
        }

        /**
         * {@return what several are called in a sentence}
         *
         * @param sources one or more
         */
        public static String titles(List<Source> sources) {
            return sources.stream().map(source -> source.title).collect(Collectors.joining(" and "));
        }

        private String word() {
            return Names.kebab(name());
        }
    }

    /**
     * What is varied inside a seed, while what lies outside it stays.
     *
     * @param vary sources that nothing outside varies
     * @param repeats how many seeds of their own they get there, others in each
     */
    public record Inside(List<Source> vary, int repeats) {
        public Inside {
            vary = List.copyOf(vary);
            requireSources(vary);
            Refusal.requireAtLeast("repeats", repeats, 2, "a single one shows no variance; leave the entry out");
            if (repeats > MOST) {
                throw new BadInputException(Refusal.of("repeats", repeats)
                        .because("> " + MOST)
                        .instead("more seeds tell more than more repeats inside them"));
            }
        }
    }

    public Seeds {
        values = List.copyOf(values);
        vary = List.copyOf(vary);
        inside = List.copyOf(inside);
        if (values.isEmpty()) {
            throw new BadInputException(Refusal.of("values", "[]")
                    .because("has none")
                    .instead("give the seeds of the trials, as [1, 2, 3, 4, 5, 6]"));
        }
        requireOnce("values", values);
        requireSources(vary);
        requireNested(values, vary, inside);
    }

    /** {@return six seeds, the fewest with which a signed-rank test can tell anything at a level of 0.05} */
    public static Seeds defaults() {
        return new Seeds(List.of(1L, 2L, 3L, 4L, 5L, 6L), Arrays.asList(Source.values()), List.of());
    }

    /**
     * {@return where the trials of one seed stand, each by an index for every entry of {@code inside}, in order; one of none
     * without it}
     */
    public List<List<Integer>> places() {
        List<List<Integer>> places = List.of(List.of());
        for (Inside level : inside) {
            List<List<Integer>> deeper = new ArrayList<>();
            for (List<Integer> place : places) {
                for (int index = 0; index < level.repeats(); index++) {
                    List<Integer> longer = new ArrayList<>(place);
                    longer.add(index);
                    deeper.add(List.copyOf(longer));
                }
            }
            places = deeper;
        }
        return places;
    }

    /**
     * The seeds of a run, by their keys in the run file. The first trial inside a seed has that seed; every other one has a number drawn
     * from it, so that no two seeds share one: what is inside them is then as independent as they are.
     *
     * @param seed one of {@code values}, or another
     * @param place its indices inside, from 0; those that are not given are 0
     * @return numbers by keys, as {@code seeds.order}, or by {@code seed} alone where all vary together
     */
    public Map<String, Long> of(long seed, List<Integer> place) {
        if (vary.size() == Source.values().length) {
            return Map.of("seed", seed);
        }
        Map<String, Long> seeds = new LinkedHashMap<>();
        vary.forEach(source -> seeds.put("seeds." + source.word(), seed));
        long outer = seed;
        for (int level = 0; level < inside.size(); level++) {
            int index = level < place.size() ? place.get(level) : 0;
            long inner = index == 0
                    ? outer
                    : RandomStream.of(outer, "inside", level, index).nextLong() >>> SPARE_BITS;
            inside.get(level).vary().forEach(source -> seeds.put("seeds." + source.word(), inner));
            outer = inner;
        }
        return seeds;
    }

    /** {@return the sources that nothing varies: all trials have the base's seed of them} */
    public List<Source> held() {
        List<Source> held = new ArrayList<>(Arrays.asList(Source.values()));
        held.removeAll(vary);
        inside.forEach(level -> held.removeAll(level.vary()));
        return List.copyOf(held);
    }

    /** {@return the sources in words, from the outermost inwards: what each level of trials varies} */
    public List<String> titles() {
        List<String> titles = new ArrayList<>();
        titles.add(Source.titles(vary));
        inside.forEach(level -> titles.add(Source.titles(level.vary())));
        return titles;
    }

    private static void requireNested(List<Long> values, List<Source> vary, List<Inside> inside) {
        if (inside.size() > DEEPEST) {
            throw new BadInputException(Refusal.of("inside")
                    .because("has " + Counts.of(inside.size(), "entry", "entries") + " > " + DEEPEST)
                    .instead("let one of them vary several sources"));
        }
        if (!inside.isEmpty() && values.size() < 2) {
            throw new BadInputException(Refusal.of("values", values)
                    .because("is a single one, and inside is given, which splits the variance between seeds from that"
                            + " inside them")
                    .instead("give two or more"));
        }
        Set<Source> outside = new HashSet<>(vary);
        for (int i = 0; i < inside.size(); i++) {
            for (Source source : inside.get(i).vary()) {
                if (!outside.add(source)) {
                    throw new BadInputException(Refusal.of("inside." + i + ".vary")
                            .because("has " + source.word() + ", which is varied outside of it too")
                            .instead(
                                    "let each source vary in one place; seeds.vary has all four unless it says which"));
                }
            }
        }
    }

    private static void requireSources(List<Source> vary) {
        if (vary.isEmpty()) {
            throw new BadInputException(Refusal.of("vary", "[]")
                    .because("has none, so that all seeds would train the same")
                    .instead("give one of initial, order, augmentation, dropout or more, or leave it out for all"));
        }
        requireOnce("vary", vary.stream().map(Source::word).toList());
    }

    private static void requireOnce(String component, List<?> values) {
        values.stream()
                .filter(value -> Collections.frequency(values, value) > 1)
                .findFirst()
                .ifPresent(twice -> {
                    throw new BadInputException(Refusal.of(component, values)
                            .because("has " + twice + " twice")
                            .instead("a trial that is counted twice tells nothing more; give each one once"));
                });
    }
}
