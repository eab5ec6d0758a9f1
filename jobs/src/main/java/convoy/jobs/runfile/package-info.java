/**
 * Run files: YAML with line numbers, and what {@code --set} lays over it. What a record looks like as a text is not known here
 * but to {@code convoy.records}.
 */
@NullMarked
package convoy.jobs.runfile;

import org.jspecify.annotations.NullMarked;
