/** Engines: each compiles a network for a device and computes gradients and predictions; found by ServiceLoader. */
@NullMarked
package convoy.worker.engine;

import org.jspecify.annotations.NullMarked;
