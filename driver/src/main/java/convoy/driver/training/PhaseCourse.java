package convoy.driver.training;

import convoy.driver.resolved.Phase;

/** From which version to which one call trains a phase. For the run's thread. */
final class PhaseCourse {
    private final String name;
    private final Phase phase;
    private final long first;
    private long until;

    /**
     * @param name at servers and driver, which no call before had: its servers or workers may still be about
     * @param first the version that it goes on from
     * @param until the version that it ends with
     */
    PhaseCourse(String name, Phase phase, long first, long until) {
        this.name = name;
        this.phase = phase;
        this.first = first;
        this.until = until;
    }

    String name() {
        return name;
    }

    Phase phase() {
        return phase;
    }

    long first() {
        return first;
    }

    long until() {
        return until;
    }

    /** It ends earlier. */
    void endAt(long version) {
        until = version;
    }
}
