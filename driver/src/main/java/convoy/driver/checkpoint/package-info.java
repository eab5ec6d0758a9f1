/** A run's directory: where its checkpoints, its text and its model lie, and how they come to be whole or not at all. */
@NullMarked
package convoy.driver.checkpoint;

import org.jspecify.annotations.NullMarked;
