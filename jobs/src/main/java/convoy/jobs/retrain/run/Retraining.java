package convoy.jobs.retrain.run;

import convoy.driver.profile.DataProfile;
import convoy.jobs.retrain.comparison.Judge;
import convoy.jobs.retrain.comparison.Leakage;
import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.comparison.SeedSpread;
import convoy.jobs.retrain.drift.DriftCheck;
import convoy.jobs.retrain.drift.DriftReport;
import convoy.jobs.retrain.drift.Grade;
import convoy.jobs.retrain.file.Guards;
import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.retrain.news.Lineage;
import convoy.jobs.retrain.news.News;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One retraining.
 *
 * <pre>
 *   what is new --&gt; guards --&gt; training --&gt; comparison --&gt; a version with its verdict --&gt; the champion
 * </pre>
 *
 * <p>Two changes are lasting, and either is there whole or not at all: the version, and the champion. Whoever is killed before the first is
 * begun again, and its training goes on. Whoever is killed between them has a version whose verdict is known, and the next call does
 * what is left. After the second nothing is new.
 */
public final class Retraining {
    private final Ports ports;
    private final Guards guards;
    private final PromotionRules rules;
    private final Request request;

    /**
     * What a call asks for.
     *
     * @param recipe a digest of all that the pipeline says of the training and the held-out rows
     * @param because a reason to promote against the verdict; empty: the verdict decides
     * @param warnings hears what a person should know though training goes on, a sentence each
     */
    public record Request(String recipe, Optional<String> because, Consumer<String> warnings) {}

    /**
     * A retraining that has not begun.
     *
     * @param ports what it needs of the world
     * @param guards of the pipeline
     * @param rules of the pipeline
     * @param request what the call asks for
     */
    public Retraining(Ports ports, Guards guards, PromotionRules rules, Request request) {
        this.ports = ports;
        this.guards = guards;
        this.rules = rules;
        this.request = request;
    }

    /** {@return how it ended} */
    public Outcome run() {
        Optional<Champion> champion = ports.line().champion();
        Lineage lineage = champion.map(one -> new Lineage(one.trained())).orElse(Lineage.none());
        News news = ports.data().news(lineage);
        if (!(news instanceof News.Some some)) {
            return new Outcome.NothingNew(news.notes());
        }
        Attempt attempt = new Attempt(request.recipe(), champion.map(Champion::version), some.chosen());
        Optional<Ports.Judged> judged = ports.line().judged(attempt.id());
        if (judged.isPresent()) {
            return again(attempt, judged.get(), some);
        }
        some.notes().forEach(request.warnings());
        List<String> refusals = refusals(champion, some);
        if (!refusals.isEmpty()) {
            return new Outcome.Refused(refusals);
        }
        ports.trainer().train(attempt);
        PromotionVerdict verdict = verdict(champion, attempt);
        return decide(attempt, new Ports.Judged(ports.line().add(attempt, verdict), verdict));
    }

    /** What was tried before: its promotion may be left to do, or asked for only now. */
    private Outcome again(Attempt attempt, Ports.Judged judged, News.Some news) {
        if (judged.verdict().promotes() || request.because().isPresent()) {
            return decide(attempt, judged);
        }
        List<String> notes = new ArrayList<>(news.notes());
        notes.add("What the champion was not trained on was tried as version " + judged.version()
                + ", which was not promoted.");
        return new Outcome.NothingNew(notes);
    }

    private List<String> refusals(Optional<Champion> champion, News.Some news) {
        DataProfile fresh = ports.data().profile(news.fresh());
        Optional<DataProfile> before = champion.flatMap(ports.data()::profile);
        if (champion.isPresent() && before.isEmpty()) {
            request.warnings()
                    .accept(
                            "No profile is kept of what the champion was trained on: the new data are not compared with it.");
        }
        DriftReport drift = new DriftCheck(guards).of(before, fresh);
        drift.of(Grade.WARNING).forEach(finding -> request.warnings().accept(finding.sentence()));
        List<String> refusals = new ArrayList<>();
        drift.of(Grade.REFUSAL).forEach(finding -> refusals.add(finding.sentence()));
        Leakage leakage = ports.data().leakage(news.chosen());
        leakage.notes().forEach(request.warnings());
        refusals.addAll(leakage.problems());
        return refusals;
    }

    private PromotionVerdict verdict(Optional<Champion> champion, Attempt attempt) {
        if (champion.isEmpty()) {
            Ports.Scorer.Alone alone = ports.scorer().alone(attempt);
            return new PromotionVerdict.First(alone.accuracy(), alone.rows());
        }
        return new Judge(rules)
                .verdict(
                        ports.scorer().compare(champion.get(), attempt),
                        SeedSpread.of(champion.get().accuracies()));
    }

    private Outcome decide(Attempt attempt, Ports.Judged judged) {
        boolean forced = !judged.verdict().promotes();
        if (forced && request.because().isEmpty()) {
            return new Outcome.NotPromoted(judged.version(), judged.verdict());
        }
        Ports.Move move = new Ports.Move(judged.verdict(), forced ? request.because() : Optional.empty());
        return ports.line().promote(judged.version(), attempt.champion(), move)
                ? new Outcome.Promoted(judged.version(), judged.verdict(), forced)
                : new Outcome.Overtaken(judged.version());
    }
}
