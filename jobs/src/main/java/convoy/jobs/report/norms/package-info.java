/**
 * What a report shows of norms layer by layer: which steps it keeps of them, and the charts. Not how a run's log is read (run)
 * and not how lines are drawn (chart).
 */
@NullMarked
package convoy.jobs.report.norms;

import org.jspecify.annotations.NullMarked;
