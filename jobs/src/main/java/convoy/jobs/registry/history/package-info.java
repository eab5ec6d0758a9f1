/**
 * What has happened to a registry, entry by entry, and what follows from it: which versions there are, which one an alias names and named
 * when, what may be removed. These are values.
 *
 * <p>How entries lie on a file system, and who may add one, is known one room up.
 */
@NullMarked
package convoy.jobs.registry.history;

import org.jspecify.annotations.NullMarked;
