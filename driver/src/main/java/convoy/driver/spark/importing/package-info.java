/**
 * The Spark jobs that import a data set and fit its whitening. How a source is read and what becomes of its pictures is in
 * {@code importing}, without Spark.
 */
@NullMarked
package convoy.driver.spark.importing;

import org.jspecify.annotations.NullMarked;
