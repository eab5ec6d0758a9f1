/**
 * What is found of new data before anything is trained on them: how they differ from what the champion was trained on, by fixed rules
 * and in words. The tests are in {@code convoy.jobs.retrain.statistics}, the counts in {@code convoy.driver.profile}.
 */
@NullMarked
package convoy.jobs.retrain.drift;

import org.jspecify.annotations.NullMarked;
