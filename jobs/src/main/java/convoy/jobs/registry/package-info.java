/**
 * The registry of a project's models on any Hadoop file system: immutable versions, aliases, a history. Whoever reads one sees a whole
 * state; one process at a time changes it.
 *
 * <p>What follows from a history is known in {@code history}, how a trained run becomes a version in {@code intake}, what a person types in
 * {@code command}.
 */
@NullMarked
package convoy.jobs.registry;

import org.jspecify.annotations.NullMarked;
