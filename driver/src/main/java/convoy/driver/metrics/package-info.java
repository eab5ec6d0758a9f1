/** What a run tells those who watch it: {@code metrics.jsonl} and TensorBoard's event files. */
@NullMarked
package convoy.driver.metrics;

import org.jspecify.annotations.NullMarked;
