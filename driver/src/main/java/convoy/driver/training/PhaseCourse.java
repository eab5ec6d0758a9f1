package convoy.driver.training;

import convoy.driver.Phase;

/** From which version to which one call trains a phase. For the run's thread. */
public final class PhaseCourse {
    private final String name;
    private final Phase phase;
    private final long first;
    private long until;

    /**
     * @param name at servers and driver, which no call before had: its servers or workers may still be about
     * @param first the version that it goes on from
     * @param until the version that it ends with
     */
    public PhaseCourse(String name, Phase phase, long first, long until) {
        this.name = name;
        this.phase = phase;
        this.first = first;
        this.until = until;
    }

    public String name() {
        return name;
    }

    public Phase phase() {
        return phase;
    }

    public long first() {
        return first;
    }

    public long until() {
        return until;
    }

    /** It ends earlier. */
    public void endAt(long version) {
        until = version;
    }
}
