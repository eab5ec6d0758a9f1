package convoy.jobs.study.schedule;

import java.util.Map;

/** The port by which a study sees how much room a cluster has. */
public interface Capacity {
    /**
     * {@return how many workers can compute at the same time, of all trials together, by the place} It is {@link TrialPlace#ANYWHERE}
     * alone, or kinds of processors alone, and may change while the study goes on.
     */
    Map<TrialPlace, Integer> workers();
}
