package convoy.jobs.benchmark;

import java.time.Duration;

/** A network in training that makes steps when it is told to: forward and backward pass, a gradient step, the new parameters. */
public interface Contestant extends AutoCloseable {
    /** {@return what a table calls it} */
    String name();

    /** {@return whether others are compared with it} */
    boolean isReference();

    /**
     * Makes steps until this much time has gone by, one at least.
     *
     * @param duration how long, about
     * @return what it made
     */
    Pace run(Duration duration);

    @Override
    void close();

    /**
     * Steps and how long they took.
     *
     * @param steps how many, one or more
     * @param seconds of all of them
     */
    record Pace(int steps, double seconds) {
        /** {@return steps a second} */
        public double perSecond() {
            return steps / seconds;
        }
    }
}
