/**
 * Where settings are searched: the space of a study's nuisance parameters and the points that are drawn in it. What is trained with
 * a point, and which point is taken, is decided in {@code convoy.jobs.study.plan}.
 */
@NullMarked
package convoy.jobs.study.tuning;

import org.jspecify.annotations.NullMarked;
