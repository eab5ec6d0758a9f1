package convoy.driver;

/** Trains one network on Spark, from where the run stands to its end. */
public final class Training {
    private Training() {}

    /**
     * Trains, resumes, or says that there is nothing left to do. Returns when the run is complete or was asked to stop.
     *
     * @throws convoy.architectures.BadInputException if what was asked for cannot work
     * @throws TrainingFailedException if it should work and did not
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static TrainingResult run(
            SparkApplication spark,
            RunConfiguration configuration,
            TrainingOptions options,
            TrainingListener listener) {
        throw new UnsupportedOperationException("not yet");
    }
}
