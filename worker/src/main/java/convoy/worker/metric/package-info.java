/**
 * Figures of one's own of how a model did: what a jar offers, and sums of it that are the same whoever adds. Accuracy and loss, which every
 * evaluation has, are in {@code worker.loop}.
 */
@NullMarked
package convoy.worker.metric;

import org.jspecify.annotations.NullMarked;
