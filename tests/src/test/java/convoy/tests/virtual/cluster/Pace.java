package convoy.tests.virtual.cluster;

import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.MicroBatchKey;
import java.time.Duration;

/** How long a processor takes for a gradient, and of which kind it is. */
interface Pace {
    /** Asked when a process begins to compute a gradient. */
    Duration of(VirtualProcess process, MicroBatchKey key);

    /** Asked when a worker joins. */
    default String processor(VirtualProcess process, String here) {
        return here;
    }
}
