package convoy.jobs.report.run;

/**
 * A change of membership, as the driver wrote it down.
 *
 * @param moment when it was
 * @param change what the driver said
 * @param workers that compute from then on
 * @param servers from then on
 * @param isLoss whether there are fewer workers or servers than before
 */
record Happening(Moment moment, String change, int workers, int servers, boolean isLoss) {
    /**
     * When something was.
     *
     * @param step updates done by then
     * @param epoch likewise
     * @param seconds of training by then
     */
    record Moment(long step, double epoch, double seconds) {}
}
