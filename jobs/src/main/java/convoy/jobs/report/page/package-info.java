/**
 * A report as a page: sections of sentences, tables, charts and pictures, and how they become HTML, Markdown and CSV. What a report is
 * about is not known here.
 */
@NullMarked
package convoy.jobs.report.page;

import org.jspecify.annotations.NullMarked;
