/** What makes a bundle small, and unpacks it where there is nothing but a shell. */
@NullMarked
package convoy.jobs.packaging;

import org.jspecify.annotations.NullMarked;
