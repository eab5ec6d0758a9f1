/**
 * The seam between the worker and what computes: an engine compiles a network for a device, gives gradients and predictions, and may
 * write models in a form of its own library; found by ServiceLoader.
 *
 * <p>No library of linear algebra: each engine has a package of its own below.
 */
@NullMarked
package convoy.worker.engine;

import org.jspecify.annotations.NullMarked;
