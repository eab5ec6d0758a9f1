package convoy.jobs.study.schedule;

import java.util.Map;

/** The port by which a study sees how much room a cluster has. */
public interface Slots {
    /**
     * Workers that can compute at the same time, of all trials together, by the place: {@link Place#ANYWHERE} alone, or kinds of
     * processors alone. It may change while the study goes on.
     */
    Map<Place, Integer> workers();
}
