/**
 * What the scores of a study's trials say, as numbers: intervals, tests, corrections, power. Pure functions; where scores come from and what
 * is said of the numbers is not known here.
 */
@NullMarked
package convoy.jobs.study.statistics;

import org.jspecify.annotations.NullMarked;
