package convoy.worker.engine.nd4j.kernel;

/** A kernel with running statistics, which come from outside; its forward passes in training leave the batch's own, to be fetched. */
public interface KeepsStatistics {

    /** {@return the last part of the name of its first statistic's tensor; the others follow it in the flat vector} */
    String firstStatistic();

    /**
     * Takes the running statistics from the flat vector.
     *
     * @param flat the whole flat vector
     * @param begin the index of the first statistic
     */
    void setStatistics(float[] flat, int begin);

    /**
     * Puts the last batch's statistics where the flat vector has the running ones.
     *
     * @param flat the whole flat vector
     * @param begin the index of the first statistic
     */
    void copyBatchStatistics(float[] flat, int begin);
}
