package convoy.jobs.report.chart;

/**
 * Something that happened at a place of the horizontal axis.
 *
 * @param x where
 * @param number by which a table names it
 * @param what happened, which a browser shows where one points
 * @param fault whether something went wrong
 */
public record Mark(double x, int number, String what, boolean fault) {}
