/** Tells a person how far long work is: a bar on a terminal, else a line now and then. What the work is comes from outside. */
@NullMarked
package convoy.jobs.progress;

import org.jspecify.annotations.NullMarked;
