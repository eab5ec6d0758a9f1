/**
 * Trained models as parts of Spark ML and Spark SQL: a {@code Transformer}, a function of SQL. Jobs of Convoy's own are in
 * {@code driver.spark}.
 */
@NullMarked
package convoy.ml;

import org.jspecify.annotations.NullMarked;
