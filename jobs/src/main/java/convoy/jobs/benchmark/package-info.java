/** Measures what a step costs and where it goes: the engine alone, the servers, the reader, checkpoints. */
@NullMarked
package convoy.jobs.benchmark;

import org.jspecify.annotations.NullMarked;
