/**
 * Tests and figures by which two models, or two distributions, are told apart. What follows from them for a pipeline is in {@code
 * convoy.jobs.retrain.comparison} and {@code drift}.
 */
@NullMarked
package convoy.jobs.retrain.statistics;

import org.jspecify.annotations.NullMarked;
