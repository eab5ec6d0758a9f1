/** What makes a bundle small, and unpacks it where there is nothing but a shell. Nothing here is used by a run. */
@NullMarked
package convoy.jobs.packaging;

import org.jspecify.annotations.NullMarked;
