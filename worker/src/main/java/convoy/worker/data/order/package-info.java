/**
 * Which rows of a data set make up which micro-batch of a run: a function of seed, step and micro-batch alone.
 *
 * <p>No row is read here.
 */
@NullMarked
package convoy.worker.data.order;

import org.jspecify.annotations.NullMarked;
