/** Figures, times and tables as commands print them, for people and as JSON. Nothing here knows which command asks. */
@NullMarked
package convoy.jobs.output;

import org.jspecify.annotations.NullMarked;
