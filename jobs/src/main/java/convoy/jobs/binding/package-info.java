/** Binds a run file to configuration records, naming every problem with its line, and writes records back as YAML. */
@NullMarked
package convoy.jobs.binding;

import org.jspecify.annotations.NullMarked;
