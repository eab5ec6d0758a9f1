/**
 * {@code convoy registry} and the words behind it, a file each: options, checks and what is printed.
 *
 * <p>The registry itself is one room up.
 */
@NullMarked
package convoy.jobs.registry.command;

import org.jspecify.annotations.NullMarked;
