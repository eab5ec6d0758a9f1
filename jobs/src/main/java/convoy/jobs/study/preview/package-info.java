/**
 * What is told of a study before it starts: its trials, what they cost, how many run at once. Nothing here decides what is trained.
 */
@NullMarked
package convoy.jobs.study.preview;

import org.jspecify.annotations.NullMarked;
