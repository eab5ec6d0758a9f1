/**
 * What a run tells those who watch it: a listener's events, {@code metrics.jsonl} and TensorBoard's event files. What is
 * told when is not decided here.
 */
@NullMarked
package convoy.driver.metrics;

import org.jspecify.annotations.NullMarked;
