/**
 * What a study found, as a function of what was recorded of its trials alone: scores, figures, sentences, and the files that have them. No
 * time and no path of a machine is in it; how anything is computed stands in {@code convoy.jobs.study.statistics} and {@code verdict}.
 */
@NullMarked
package convoy.jobs.study.findings;

import org.jspecify.annotations.NullMarked;
