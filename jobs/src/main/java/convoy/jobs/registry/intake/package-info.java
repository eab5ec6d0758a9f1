/**
 * How a trained run, or a model's file, becomes a version: which of its files are kept, and what is known of where it came from.
 *
 * <p>How a version is stored is known one room up.
 */
@NullMarked
package convoy.jobs.registry.intake;

import org.jspecify.annotations.NullMarked;
