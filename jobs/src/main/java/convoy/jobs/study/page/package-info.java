/**
 * From what a study found to the files of its report: the page's model is filled in, with learning curves, costs and what is needed to
 * repeat the study. How the page looks is {@code convoy.jobs.report}'s, and what the figures are {@code convoy.jobs.study.findings}'.
 */
@NullMarked
package convoy.jobs.study.page;

import org.jspecify.annotations.NullMarked;
