/**
 * A worker's loop over steps and evaluations, and what it and the driver tell each other: views, reports, turns.
 *
 * <p>How batches are made lies in {@code data}, how gradients are computed in {@code engine}.
 */
@NullMarked
package convoy.worker.loop;

import org.jspecify.annotations.NullMarked;
