package convoy.jobs.study.plan;

/**
 * A piece of work: a trial is to be trained on to an epoch, of which it is then scored.
 *
 * @param trial that is trained
 * @param from the epoch that it was last scored at; 0 if it has not begun
 * @param until the epoch to end with
 */
public record Assignment(Trial trial, int from, int until) {
    /** {@return multiply-adds that are left: the longer one is begun first} */
    public double work() {
        return (until - from) * trial.cost().multiplyAdds();
    }

    /** {@return the updates after which to stop, counted from the trial's start} */
    public long untilStep() {
        return until * trial.stepsPerEpoch();
    }
}
