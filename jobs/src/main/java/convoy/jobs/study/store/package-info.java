/**
 * The directory of a study: the study itself, what is known of each trial, what the test set gave. What is in the directory of a trial
 * beside that is a run's own, and what follows from it all is decided in {@code convoy.jobs.study.plan}.
 */
@NullMarked
package convoy.jobs.study.store;

import org.jspecify.annotations.NullMarked;
