package convoy.jobs.study.plan;

import convoy.driver.configuration.RunConfiguration;
import convoy.worker.storage.Storage;

/**
 * One training run of a study.
 *
 * @param id its directory's name: the variant and a hash of everything that decides its score. Trials that would give the same have
 *     the same
 * @param variant its name
 * @param configuration of the run, whole
 * @param stepsPerEpoch of its training data
 * @param cost of an epoch
 */
public record Trial(String id, String variant, RunConfiguration configuration, long stepsPerEpoch, Cost cost) {
    /**
     * What an epoch takes.
     *
     * @param images that are trained on
     * @param multiplyAdds of forward and backward passes
     */
    public record Cost(long images, double multiplyAdds) {}

    /** {@return the URI of its run's directory} */
    public String directory() {
        return Storage.uri(Storage.child(Storage.path("runs", configuration.runs()), id));
    }

    /** {@return the length of the whole trial, in epochs} */
    public int epochs() {
        return configuration.steps().epochs();
    }

    /** {@return how many tasks compute it} */
    public int workers() {
        return configuration.resources().workers();
    }
}
