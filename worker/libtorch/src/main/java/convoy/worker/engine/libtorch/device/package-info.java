/**
 * libtorch on one device: its settings, its streams, and the scopes that tensors live in.
 *
 * <p>What is sent to the device and fetched from it lies in {@code transfer}.
 */
@NullMarked
package convoy.worker.engine.libtorch.device;

import org.jspecify.annotations.NullMarked;
