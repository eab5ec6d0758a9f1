/**
 * The heart of a run: what decides when servers are restored, checkpoints committed and workers waited for, and what a worker does from
 * its plan to its end. It sees a clock and a cluster as ports; Spark, which is one cluster, is not here.
 */
@NullMarked
package convoy.driver.training;

import org.jspecify.annotations.NullMarked;
