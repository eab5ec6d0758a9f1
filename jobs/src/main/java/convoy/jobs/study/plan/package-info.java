/**
 * What a study comes to: variants made out against the data, trials with their identities and costs, and from what has been recorded
 * what is to be done next, as a pure function. Nothing here runs a trial, waits, or knows how many run at once.
 */
@NullMarked
package convoy.jobs.study.plan;

import org.jspecify.annotations.NullMarked;
