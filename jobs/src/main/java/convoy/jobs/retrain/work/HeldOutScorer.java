package convoy.jobs.retrain.work;

import convoy.driver.evaluation.Confusion;
import convoy.driver.model.StoredModel;
import convoy.driver.scoring.Scores;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.scoring.ScoringJob;
import convoy.driver.spark.scoring.ScoringRequest;
import convoy.jobs.card.CardFacts;
import convoy.jobs.progress.RowsGauge;
import convoy.jobs.retrain.comparison.RowAnswer;
import convoy.jobs.retrain.comparison.Tally;
import convoy.jobs.retrain.run.Attempt;
import convoy.jobs.retrain.run.Champion;
import convoy.jobs.retrain.run.Ports;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Thumbnail;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Has models answer the held-out rows on Spark.
 *
 * @param spark the application
 * @param place where answers lie
 * @param trainer knows the run of an attempt
 * @param model of a version, by its number
 * @param err for progress
 */
record HeldOutScorer(
        SparkApplication spark, Workplace place, ChallengerTrainer trainer, LongFunction<String> model, PrintWriter err)
        implements Ports.Scorer {
    private static final String CHALLENGER = "challenger";

    /** Of a row that a model has no numbers for, which is wrong. */
    private static final int NONE = -1;

    /** Of a picture on a card, in pixels. */
    private static final int LONGEST_SIDE = 96;

    @Override
    public Tally compare(Champion champion, Attempt attempt) {
        String mine = challenger(attempt);
        String others = score(attempt, model.apply(champion.version()), "version-" + champion.version());
        Configuration hadoop = place.hadoop();
        try (Scores challenger = Scores.read(hadoop, mine);
                Scores before = Scores.read(hadoop, others)) {
            return Tally.of(classes(attempt), new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return challenger.hasNext();
                }

                @Override
                public RowAnswer next() {
                    Scores.Row one = challenger.next();
                    Scores.Row other = before.next();
                    if (one.id() != other.id()) {
                        throw new IllegalStateException("rows " + one.id() + " and " + other.id() + " of one data set");
                    }
                    return new RowAnswer(
                            one.id(),
                            one.label(),
                            other.best().orElse(NONE),
                            one.best().orElse(NONE));
                }
            });
        }
    }

    @Override
    public Alone alone(Attempt attempt) {
        long rows = 0;
        long right = 0;
        try (Scores answers = Scores.read(place.hadoop(), challenger(attempt))) {
            while (answers.hasNext()) {
                Scores.Row row = answers.next();
                rows++;
                right += row.best().orElse(NONE) == row.label() ? 1 : 0;
            }
        }
        return new Alone((double) right / rows, rows);
    }

    /** What the challenger, which has answered, took for what. */
    Confusion confusion(Attempt attempt) {
        List<Confusion.Count> counts = new ArrayList<>();
        try (Scores answers = Scores.read(place.hadoop(), place.scores(attempt.id(), CHALLENGER))) {
            while (answers.hasNext()) {
                Scores.Row row = answers.next();
                counts.add(new Confusion.Count(row.label(), row.best().orElse(Confusion.NONE), 1));
            }
        }
        DataSet data = heldOut(attempt);
        return new Confusion(
                StoredModel.step(place.hadoop(), trainer.model(attempt)),
                data.uri(),
                data.info().fingerprint(),
                data.info().classes(),
                Confusion.add(counts));
    }

    /** Held-out rows that the challenger, which has answered, is wrong about, those first of which it is surest. */
    List<CardFacts.Mistake> mistakes(Attempt attempt, int most) {
        PriorityQueue<Wrong> surest = new PriorityQueue<>(Wrong.LEAST_SURE_FIRST);
        try (Scores answers = Scores.read(place.hadoop(), place.scores(attempt.id(), CHALLENGER))) {
            for (long at = 0; answers.hasNext(); at++) {
                Scores.Row row = answers.next();
                if (row.best().isPresent() && row.best().getAsInt() != row.label()) {
                    surest.add(new Wrong(at, row));
                    if (surest.size() > most) {
                        surest.remove();
                    }
                }
            }
        }
        List<Wrong> wrong =
                surest.stream().sorted(Wrong.LEAST_SURE_FIRST.reversed()).toList();
        DataSet data = heldOut(attempt);
        List<String> classes = data.info().classes();
        List<Thumbnail> shown =
                Thumbnail.of(data, wrong.stream().map(Wrong::place).toList(), LONGEST_SIDE);
        return IntStream.range(0, wrong.size())
                .mapToObj(i -> {
                    Scores.Row row = wrong.get(i).row();
                    return new CardFacts.Mistake(
                            row.id(),
                            classes.get(row.label()),
                            classes.get(row.best().orElseThrow()),
                            row.probability(),
                            shown.get(i));
                })
                .toList();
    }

    /** A row that is wrong, and its place among the held-out rows. */
    private record Wrong(long place, Scores.Row row) {
        static final Comparator<Wrong> LEAST_SURE_FIRST = Comparator.comparingDouble(
                        (Wrong wrong) -> wrong.row().probability())
                .thenComparing(Comparator.comparingLong(Wrong::place).reversed());
    }

    private DataSet heldOut(Attempt attempt) {
        return DataSet.open(place.hadoop(), trainer.sets().of(attempt.data()).heldOut());
    }

    private List<String> classes(Attempt attempt) {
        return heldOut(attempt).info().classes();
    }

    private String challenger(Attempt attempt) {
        return score(attempt, trainer.model(attempt), CHALLENGER);
    }

    /** What was scored before is not scored again. */
    private String score(Attempt attempt, String scored, String name) {
        String to = place.scores(attempt.id(), name);
        ScoringRequest request = trainer.scoring(attempt, scored, to);
        try (RowsGauge gauge = new RowsGauge("score " + name, err)) {
            ScoringJob.run(spark, request, gauge);
        }
        return to;
    }
}
