package convoy.ml;

import convoy.driver.scoring.Ranking;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** Adds a model's answers to the rows of a partition, batch by batch, with an engine of the task's own. */
final class AnsweredRows implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<SerializableConfiguration> hadoop;
    private final String plan;
    private final int column;
    private final int top;

    /**
     * @param plan as text
     * @param column the index of that with pictures
     * @param top classes to list; 0: no such column
     */
    AnsweredRows(Broadcast<SerializableConfiguration> hadoop, String plan, int column, int top) {
        this.hadoop = hadoop;
        this.plan = plan;
        this.column = column;
        this.top = top;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Answers(rows);
    }

    private final class Answers implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Queue<Row> ready = new ArrayDeque<>();
        private final ClassifierPlan read = ClassifierPlan.CODEC.fromJson("the model's plan", plan);
        private Optional<Classifier> classifier = Optional.empty();

        Answers(Iterator<Row> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || rows.hasNext();
        }

        @Override
        public Row next() {
            if (ready.isEmpty()) {
                if (!rows.hasNext()) {
                    throw new NoSuchElementException();
                }
                fill();
            }
            return ready.remove();
        }

        private void fill() {
            Classifier opened = classifier.orElseGet(this::open);
            List<Row> batch = new ArrayList<>();
            List<Picture> pictures = new ArrayList<>();
            while (rows.hasNext() && batch.size() < opened.batch()) {
                Row row = rows.next();
                batch.add(row);
                pictures.add(Picture.of(row.get(column)));
            }
            List<Classifier.Answer> answers = opened.answer(pictures);
            for (int i = 0; i < batch.size(); i++) {
                ready.add(with(batch.get(i), answers.get(i)));
            }
        }

        private Classifier open() {
            Classifier opened = Classifier.open(hadoop.value().value(), read);
            classifier = Optional.of(opened);
            TaskCompletionListener closing = context -> opened.close();
            TaskContext.get().addTaskCompletionListener(closing);
            return opened;
        }

        private Row with(Row row, Classifier.Answer answer) {
            @Nullable Object[] values = new Object[row.length() + (top > 0 ? 4 : 3)];
            int at = 0;
            for (; at < row.length(); at++) {
                values[at] = row.get(at);
            }
            if (answer.ranking().isPresent()) {
                Ranking ranking = answer.ranking().get();
                values[at] = (double) ranking.classes()[0];
                values[at + 1] = Vectors.dense(probabilities(ranking));
                if (top > 0) {
                    values[at + 2] = list(ranking);
                }
            }
            values[values.length - 1] = answer.problem().orElse(null);
            return RowFactory.create(values);
        }

        private double[] probabilities(Ranking ranking) {
            double[] all = new double[ranking.classes().length];
            for (int i = 0; i < all.length; i++) {
                all[ranking.classes()[i]] = ranking.probabilities()[i];
            }
            return all;
        }

        private Row[] list(Ranking ranking) {
            Row[] best = new Row[top];
            for (int i = 0; i < top; i++) {
                int index = ranking.classes()[i];
                best[i] = RowFactory.create(index, classifier.orElseThrow().nameOf(index), ranking.probabilities()[i]);
            }
            return best;
        }
    }
}
