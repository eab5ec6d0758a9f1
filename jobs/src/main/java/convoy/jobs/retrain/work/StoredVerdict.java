package convoy.jobs.retrain.work;

import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.news.Lineage;
import convoy.records.StoredFormat;
import convoy.records.annotation.Default;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * What a version keeps of the retraining that made it, as {@value #FILE}.
 *
 * @param attempt its id
 * @param family a digest of all that the pipeline says of the training and the held-out rows, but the seeds
 * @param data what it was trained on
 * @param line what it and those that it came from were trained on
 * @param accuracy on the held-out rows, in [0, 1]
 * @param drift what was found of the new data, a sentence each
 * @param verdict on it
 */
@RecordBuilder
record StoredVerdict(
        String attempt,
        String family,
        List<Lineage.Trained> data,
        List<Lineage.Trained> line,
        double accuracy,
        @Default(Default.EMPTY_LIST) List<String> drift,
        PromotionVerdict verdict) {
    /** Its name in the version's folder. */
    static final String FILE = "retraining.json";

    /** How it is stored. */
    static final StoredFormat<StoredVerdict> FORMAT = new StoredFormat<>(StoredVerdict.class, 1);

    StoredVerdict {
        data = List.copyOf(data);
        line = List.copyOf(line);
        drift = List.copyOf(drift);
    }
}
