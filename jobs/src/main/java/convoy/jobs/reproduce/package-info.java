/**
 * Makes a trained model again and compares its bits: what is to be made, whether it can be made here, the training, the comparison. How a run
 * is trained is not known here.
 */
@NullMarked
package convoy.jobs.reproduce;

import org.jspecify.annotations.NullMarked;
