package convoy.jobs.retrain.work;

import convoy.driver.evaluation.Confusion;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.jobs.card.CardFacts;
import convoy.jobs.card.CardFactsBuilder;
import convoy.jobs.card.DataDrift;
import convoy.jobs.card.ModelCard;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.Content;
import convoy.jobs.report.page.ReportFiles;
import convoy.jobs.report.run.RunReader;
import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.file.Pipeline;
import convoy.jobs.retrain.file.Start;
import convoy.jobs.retrain.run.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes the cards of versions.
 *
 * @param hadoop settings of the file systems
 * @param pipeline that makes them
 * @param place where runs lie
 * @param scorer that had them answer
 */
record CardMaker(Configuration hadoop, Pipeline pipeline, Workplace place, HeldOutScorer scorer) {
    private static final Map<String, String> FILES = Map.of("report.html", "card.html", "report.md", "card.md");
    private static final int MISTAKES = 12;

    /**
     * What a card is of.
     *
     * @param attempt that trained it
     * @param run URI of the run's directory
     * @param number of the version
     * @param drift the new data beside the champion's; empty where nothing is known of one of them
     */
    record Subject(Attempt attempt, String run, long number, Optional<DataDrift> drift) {}

    /** The same addition with a card, and with what was taken for what. */
    Addition with(Addition addition, Subject subject, List<String> drift, PromotionVerdict verdict) {
        Confusion confusion = scorer.confusion(subject.attempt());
        place.write(subject.run() + "/" + confusion.file(), confusion.toJson());
        Map<String, String> files = ReportFiles.of(
                ModelCard.of(RunReader.read(hadoop, subject.run()), facts(subject, confusion, drift, verdict)));
        Addition whole = addition.with("evaluation.json", Content.of(confusion.toJson()));
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            whole = whole.with(
                    file.getValue(),
                    Content.of(Optional.ofNullable(files.get(file.getKey())).orElseThrow()));
        }
        return whole;
    }

    private CardFacts facts(Subject subject, Confusion confusion, List<String> drift, PromotionVerdict verdict) {
        Attempt attempt = subject.attempt();
        ModelDescription model = StoredModel.describe(hadoop, subject.run() + "/" + Addition.MODEL, Optional.empty());
        return CardFactsBuilder.builder()
                .name(pipeline.name() + ", version " + subject.number())
                .address(pipeline.registry() + "#" + subject.number())
                .model(model)
                .licence(pipeline.licence())
                .facts(List.of(
                        new CardFacts.Fact("pipeline", pipeline.name()),
                        new CardFacts.Fact("registry", pipeline.registry()),
                        new CardFacts.Fact("attempt", attempt.id())))
                .data(data(attempt, confusion))
                .ancestry(ancestry(attempt))
                .drift(drift)
                .compared(subject.drift())
                .verdict(verdict.sentences())
                .mistakes(scorer.mistakes(attempt, MISTAKES))
                .build();
    }

    private static List<CardFacts.DataUse> data(Attempt attempt, Confusion confusion) {
        List<CardFacts.DataUse> data = new ArrayList<>();
        attempt.data()
                .forEach(one -> data.add(new CardFacts.DataUse(
                        "train",
                        one.dataSet().id(),
                        one.dataSet().uri(),
                        one.dataSet().fingerprint(),
                        one.dataSet().rows())));
        long rows = confusion.counts().stream().mapToLong(Confusion.Count::rows).sum();
        data.add(new CardFacts.DataUse("compare", "held out", confusion.data(), confusion.fingerprint(), rows));
        return data;
    }

    private List<String> ancestry(Attempt attempt) {
        return pipeline.start() == Start.CHAMPION && attempt.champion().isPresent()
                ? List.of("It was trained from the tensors of version "
                        + attempt.champion().get() + ".")
                : List.of();
    }
}
