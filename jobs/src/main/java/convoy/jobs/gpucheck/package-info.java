/**
 * Checks a GPU in steps: whether libtorch computes there what it should, and how fast; each result is told and kept at
 * once. What the command line says of it is in {@code command}.
 */
@NullMarked
package convoy.jobs.gpucheck;

import org.jspecify.annotations.NullMarked;
