/** What a person starts: the command line, the run configuration, recipes. */
@NullMarked
package convoy.jobs;

import org.jspecify.annotations.NullMarked;
