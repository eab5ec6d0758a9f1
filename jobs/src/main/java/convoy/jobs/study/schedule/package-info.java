/**
 * Which trials of a study run when: as many at once as there is room for, the longest first. Time, threads and what a trial is trained on
 * are whoever's who starts it; which trials there are is decided in {@code convoy.jobs.study.plan}.
 */
@NullMarked
package convoy.jobs.study.schedule;

import org.jspecify.annotations.NullMarked;
