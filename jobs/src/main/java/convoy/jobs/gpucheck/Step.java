package convoy.jobs.gpucheck;

import java.time.Duration;

/** A part of the check that can be asked for alone. */
interface Step {
    /** The word for it in {@code --steps}. */
    String name();

    /** About how long it takes, which is kept for it while others run. */
    Duration estimate();

    /** It is not begun with less left. */
    default Duration least() {
        return estimate();
    }

    /** Tells its rows one after the other, each as soon as it is known, and leaves out those that do not fit any more. */
    void run(Rows rows) throws InterruptedException;
}
