/**
 * What every engine must do, as tests and measurements that each of them runs: gradients beside plain loops in double precision.
 *
 * <p>What only one engine does is tested beside it.
 */
@NullMarked
package convoy.worker.engine.behaviour;

import org.jspecify.annotations.NullMarked;
