package convoy.driver.importing;

import org.apache.spark.api.java.JavaSparkContext;

/** Makes a data set of a source of pictures, as a Spark job. */
@SuppressWarnings("DoNotCallSuggester")
public final class ImportJob {
    private ImportJob() {}

    /**
     * Imports.
     *
     * @param spark where to run
     * @param configuration what to import
     * @param listener hears of the progress
     * @throws convoy.architectures.BadInputException if the source or the target will not do
     */
    public static ImportReport run(JavaSparkContext spark, ImportConfiguration configuration, ImportListener listener) {
        throw new UnsupportedOperationException();
    }
}
