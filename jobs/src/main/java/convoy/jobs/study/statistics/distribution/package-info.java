/**
 * Distributions that Commons Statistics lacks: noncentral t, the studentized range, signed ranks with ties. What is tested with them is
 * not known here.
 */
@NullMarked
package convoy.jobs.study.statistics.distribution;

import org.jspecify.annotations.NullMarked;
