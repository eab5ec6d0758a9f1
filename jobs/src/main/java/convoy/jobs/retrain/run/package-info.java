/**
 * One retraining from what is new to what serves, as decisions over ports: no file, no cluster and no clock is known here. What is behind
 * the ports is made by the command.
 */
@NullMarked
package convoy.jobs.retrain.run;

import org.jspecify.annotations.NullMarked;
