/**
 * When something is started again and again: a cron line in a time zone, and the loop that waits for it. Here lies nothing of what is
 * started, and no scheduler for a whole cluster.
 */
@NullMarked
package convoy.jobs.retrain.schedule;

import org.jspecify.annotations.NullMarked;
