package convoy.jobs.study.page;

import convoy.jobs.report.study.StudyReport;
import convoy.jobs.study.file.Seeds;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import convoy.jobs.study.plan.VariantState;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is needed to do a study again. */
final class Repeating {
    /** Where a study lies that does not say where; so two folders with the same study have the same report. */
    private static final String STUDIES = "studies";

    private final Material material;
    private final Map<String, String> facts = new LinkedHashMap<>();

    private Repeating(Material material) {
        this.material = material;
    }

    static StudyReport.Repeat of(Material material) {
        Repeating repeating = new Repeating(material);
        repeating.fill();
        return new StudyReport.Repeat(
                List.of("./convoy ablate study.yaml" + (material.origin().anyway() ? " --anyway" : "")),
                StudyFile.write(material.study().withStudies(STUDIES)),
                repeating.facts);
    }

    private void fill() {
        Study study = material.study();
        facts.put("Convoy", material.origin().release());
        facts.put("seeds", study.seeds().values().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        facts.put(
                "what they vary",
                study.seeds().vary().stream()
                        .map(source -> Names.kebab(source.name()))
                        .collect(Collectors.joining(", ")));
        study.seeds()
                .inside()
                .forEach(level -> facts.put(
                        "varied inside each, " + Seeds.Source.titles(level.vary()),
                        Counts.of(level.repeats(), "time")));
        study.tuning().ifPresent(tuning -> facts.put("seed of the tuning", Long.toString(tuning.seed())));
        determinant("engine", "engine");
        determinant("release of the engine", "engine-release");
        determinant("device", "device");
        determinant("precision", "precision");
        determinant("threads of a worker", "threads");
        Set<String> processors = new LinkedHashSet<>();
        material.all()
                .forEach(member ->
                        material.log(member).processor().map(Repeating::bare).ifPresent(processors::add));
        if (!processors.isEmpty()) {
            facts.put("kind of processor", processors.stream().sorted().collect(Collectors.joining(", ")));
        }
        determinant("network", "network.name");
        determinant("fingerprint of the network", "network.fingerprint");
        determinant("fingerprint of the training data", "data.train");
        each("fingerprint of the validation rows", Built::validation);
        material.origin().test().ifPresent(test -> facts.put("fingerprint of the test data", test));
    }

    private void determinant(String what, String key) {
        each(what, built -> Optional.ofNullable(built.determinants().get(key))
                .map(Repeating::bare)
                .filter(value -> !value.equals("null")));
    }

    /** One line if it is the same of all variants, otherwise one for each. */
    private void each(String what, Function<Built, Optional<String>> of) {
        Map<String, String> byVariant = new LinkedHashMap<>();
        for (VariantState variant : material.state().variants()) {
            of.apply(material.built(variant)).ifPresent(value -> byVariant.put(variant.variant(), value));
        }
        Set<String> different = new LinkedHashSet<>(byVariant.values());
        if (different.size() == 1
                && byVariant.size() == material.state().variants().size()) {
            facts.put(what, different.iterator().next());
        } else {
            byVariant.forEach((variant, value) -> facts.put(what + ", " + variant, value));
        }
    }

    /** Canonical text puts words into quotation marks that are none of the value. */
    private static String bare(String text) {
        return text.length() >= 2 && text.startsWith("\"") && text.indexOf('"', 1) == text.length() - 1
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
