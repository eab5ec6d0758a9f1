/**
 * What is said of a study's numbers, by fixed rules: a verdict for each comparison, and its sentence. Nothing is computed here but what a
 * sentence needs, and no page is made.
 */
@NullMarked
package convoy.jobs.study.verdict;

import org.jspecify.annotations.NullMarked;
