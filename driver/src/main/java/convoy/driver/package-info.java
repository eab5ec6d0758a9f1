/** Runs one job on Spark: membership, plan, checkpoints, evaluation, metrics. */
@NullMarked
package convoy.driver;

import org.jspecify.annotations.NullMarked;
