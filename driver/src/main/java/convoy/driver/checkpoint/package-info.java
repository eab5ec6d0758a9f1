/**
 * A run's directory: where its checkpoints, its text and its model lie, and how they come to be whole or not at all. What
 * is in a model, and when a checkpoint is taken, is decided elsewhere.
 */
@NullMarked
package convoy.driver.checkpoint;

import org.jspecify.annotations.NullMarked;
