package convoy.ml;

import convoy.driver.scoring.Ranking;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** The function of SQL: a picture in, a struct with its best class out. Each task has an engine of its own. */
final class ClassifyFunction implements UDF1<@Nullable Object, Row> {
    private static final long serialVersionUID = 1L;

    /** What it gives: class, name, probability, problem. */
    static final StructType TYPE = new StructType()
            .add("class", DataTypes.IntegerType)
            .add("name", DataTypes.StringType)
            .add("probability", DataTypes.FloatType)
            .add("problem", DataTypes.StringType);

    /** Of this process's tasks, by function and task: Spark may copy the function at will. */
    private static final Map<String, Classifier> OPEN = new ConcurrentHashMap<>();

    private final SerializableConfiguration hadoop;
    private final String plan;
    private final String sha256;

    ClassifyFunction(SerializableConfiguration hadoop, ClassifierPlan plan) {
        this.hadoop = hadoop;
        this.plan = ClassifierPlan.CODEC.toJson(plan);
        this.sha256 = plan.sha256();
    }

    @Override
    public Row call(@Nullable Object value) {
        Picture picture = Picture.of(value);
        TaskContext task = TaskContext.get();
        if (task == null) {
            // Spark computes a function of constants where it plans the query.
            try (Classifier classifier = open()) {
                return row(classifier, picture);
            }
        }
        String key = task.taskAttemptId() + " " + sha256 + " "
                + Thread.currentThread().getId();
        Classifier classifier = OPEN.computeIfAbsent(key, absent -> {
            Classifier opened = open();
            TaskCompletionListener closing = context -> {
                OPEN.remove(key);
                opened.close();
            };
            task.addTaskCompletionListener(closing);
            return opened;
        });
        return row(classifier, picture);
    }

    private Classifier open() {
        return Classifier.open(hadoop.value(), ClassifierPlan.CODEC.fromJson("the model's plan", plan));
    }

    private static Row row(Classifier classifier, Picture picture) {
        Classifier.Answer answer = classifier.answer(List.of(picture)).get(0);
        if (answer.ranking().isEmpty()) {
            return RowFactory.create(null, null, null, answer.problem().orElse(""));
        }
        Ranking ranking = answer.ranking().get();
        int best = ranking.classes()[0];
        return RowFactory.create(best, classifier.nameOf(best), ranking.probabilities()[0], null);
    }
}
