/**
 * What a trained model says of pictures: the figures of a data set, the guesses for one picture. The Spark job that scores
 * a data set is in {@code spark}.
 */
@NullMarked
package convoy.driver.evaluation;

import org.jspecify.annotations.NullMarked;
