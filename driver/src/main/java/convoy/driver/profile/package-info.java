/**
 * What is known of a data set without reading it again: its profile, which are exact counts of classes, sizes and pixel values, and the
 * rows that it has in common with another one. Who counts is in {@code convoy.driver.spark.profiling}.
 */
@NullMarked
package convoy.driver.profile;

import org.jspecify.annotations.NullMarked;
