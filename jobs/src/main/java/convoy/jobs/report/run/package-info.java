/**
 * What the directories of runs hold, and the page that shows it. How a page or a chart is drawn is not known here.
 */
@NullMarked
package convoy.jobs.report.run;

import org.jspecify.annotations.NullMarked;
