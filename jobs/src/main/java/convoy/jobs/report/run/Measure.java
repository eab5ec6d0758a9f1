package convoy.jobs.report.run;

/** What is known of each step. */
enum Measure {
    /** Mean over the step's images, in nats. */
    LOSS,
    /** Share of the step's images that were right. */
    ACCURACY,
    LEARNING_RATE,
    IMAGES_PER_SECOND,
    /** Milliseconds that the engine computed, on average over the workers. */
    COMPUTE,
    /** Milliseconds that a worker waited for its batches, likewise. */
    DATA_WAIT,
    /** Milliseconds that a worker waited for parameters, likewise. */
    PARAMETER_WAIT,
    /** Of a worker. */
    MICRO_BATCHES
}
