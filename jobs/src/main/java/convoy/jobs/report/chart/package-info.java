/**
 * Charts as SVG that needs no script: what stands on the axes, what is drawn where, and nothing else. Colours are those of the page's
 * style sheet, by class. What the figures mean, and where they come from, is not known here.
 */
@NullMarked
package convoy.jobs.report.chart;

import org.jspecify.annotations.NullMarked;
