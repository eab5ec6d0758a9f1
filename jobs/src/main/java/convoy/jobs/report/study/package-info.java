/**
 * The page of a study: what it says, and how it is laid out. How a study is planned, run and tested is not known here: whoever does
 * that fills in a {@link convoy.jobs.report.study.StudyReport}.
 */
@NullMarked
package convoy.jobs.report.study;

import org.jspecify.annotations.NullMarked;
