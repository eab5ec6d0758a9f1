package convoy.driver.scoring;

import convoy.worker.data.DataSet;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.batch.ReadBatch;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Engine;
import convoy.worker.loop.BlockScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Scores files of rows with one engine. Batches lie fixed in the data set, so that the bits are the same whoever scores what; neighbouring
 * files are read in one stretch, so that the engine does not wait at the end of each.
 *
 * @param plan what is scored
 * @param data the rows
 * @param transforms of their images
 * @param files where the answers go
 * @param attempt a number that no other attempt has
 * @param processor the kind that computes
 */
public record PartScorer(
        ScorePlan plan, DataSet data, Transforms transforms, ScoreFiles files, long attempt, String processor) {
    /** As an evaluation says it of a class that is none. */
    static final String NO_NUMBERS = "the model's scores of it are no numbers: its training diverged";

    /**
     * Scores.
     *
     * @param engine with parameters; of the network with features, if the plan has features
     * @param parts numbers of files that are not there, rising
     * @param rows is told of each batch how many rows it had
     * @param done is told of each file once it has its name
     * @throws InterruptedException if interrupted while waiting
     */
    public void score(Engine engine, List<Integer> parts, LongConsumer rows, Consumer<ScorePart> done)
            throws InterruptedException {
        for (List<Integer> run : runs(parts)) {
            long begin = plan.firstRow(run.get(0));
            long end = plan.firstRow(run.get(run.size() - 1) + 1);
            try (EvaluationReader reader =
                    new EvaluationReader(data, transforms, begin, end, plan.batch(), PipelineOptions.defaults())) {
                for (int part : run) {
                    done.accept(
                            files.write(part, attempt, processor, writer -> fill(writer, part, engine, reader, rows)));
                }
            }
        }
    }

    /** Stretches of numbers that follow each other. */
    static List<List<Integer>> runs(List<Integer> rising) {
        List<List<Integer>> runs = new ArrayList<>();
        for (int number : rising) {
            if (runs.isEmpty()
                    || runs.get(runs.size() - 1).get(runs.get(runs.size() - 1).size() - 1) != number - 1) {
                runs.add(new ArrayList<>());
            }
            runs.get(runs.size() - 1).add(number);
        }
        return runs;
    }

    private void fill(PartWriter writer, int part, Engine engine, EvaluationReader reader, LongConsumer rows)
            throws InterruptedException {
        long left = plan.firstRow(part + 1) - plan.firstRow(part);
        while (left > 0) {
            ReadBatch read = reader.nextRead()
                    .orElseThrow(() -> new IllegalStateException("the data set has fewer rows than it had"));
            float[] outputs = engine.predict(read.batch());
            add(writer, read, outputs);
            left -= read.batch().examples();
            rows.accept(read.batch().examples());
        }
    }

    private void add(PartWriter writer, ReadBatch read, float[] outputs) {
        int examples = read.batch().examples();
        int classes = plan.classes().size();
        int width = classes + plan.features();
        List<Optional<String>> problems = new ArrayList<>(Collections.nCopies(examples, Optional.empty()));
        read.undecoded()
                .forEach(bad -> problems.set(
                        bad.example(), Optional.of("the picture " + bad.cause().getMessage())));
        for (int i = 0; i < examples; i++) {
            int offset = i * width;
            Optional<Ranking> answer = problems.get(i).isPresent()
                    ? Optional.empty()
                    : read.batch().sets().isPresent()
                            ? Ranking.ofEach(outputs, offset, classes, plan.top())
                            : Ranking.of(outputs, offset, classes, plan.top());
            Optional<String> problem =
                    problems.get(i).isPresent() || answer.isPresent() ? problems.get(i) : Optional.of(NO_NUMBERS);
            float[] features = Arrays.copyOfRange(outputs, offset + classes, offset + width);
            int label = read.batch().labels()[i];
            boolean right = answer.isPresent()
                    && read.batch()
                            .sets()
                            .map(sets -> BlockScorer.allRight(outputs, offset, sets.of(label)))
                            .orElse(answer.get().classes()[0] == label);
            writer.add(new PartWriter.Row(read.ids()[i], label, answer, features, problem, right));
        }
    }
}
