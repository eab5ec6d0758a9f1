/**
 * Champion and challenger on the same held-out rows: what was answered, and what follows, by fixed rules and in words. The tests are in
 * {@code convoy.jobs.retrain.statistics}; who answers and who moves an alias is not known here.
 */
@NullMarked
package convoy.jobs.retrain.comparison;

import org.jspecify.annotations.NullMarked;
