/**
 * One call of a training, from the checkpoint it goes on from to its end: it waits for workers and servers, restores,
 * commits, records. Who computes what is decided in {@code coordination}, how files are written in {@code checkpoint}, how
 * a process hears of it in {@code spark}.
 */
@NullMarked
package convoy.driver.training;

import org.jspecify.annotations.NullMarked;
