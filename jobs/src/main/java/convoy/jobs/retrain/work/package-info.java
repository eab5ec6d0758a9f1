/**
 * What a retraining does in the world: data sets that are looked at and joined, runs on Spark, scores, versions of a registry. What is decided
 * by it lies in {@code convoy.jobs.retrain.run}.
 */
@NullMarked
package convoy.jobs.retrain.work;

import org.jspecify.annotations.NullMarked;
