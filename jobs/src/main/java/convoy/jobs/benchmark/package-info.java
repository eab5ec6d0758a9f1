/**
 * Measures what a step costs and where it goes: the engine alone, the servers, the reader, checkpoints. Whether a result is
 * right is checked in {@code gpucheck} and in tests.
 */
@NullMarked
package convoy.jobs.benchmark;

import org.jspecify.annotations.NullMarked;
