package convoy.jobs.study.schedule;

/** The port by which a study sees how much room a cluster has. */
public interface Capacity {
    /** {@return how many workers can compute at the same time, of all trials together; it may change while the study goes on} */
    int workers();
}
