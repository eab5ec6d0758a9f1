/**
 * What flows along an edge of a network and what a node owns: shapes of one example, and tensors by PyTorch's names and layouts.
 * No numbers live here, and no rules of how one shape follows from another: those are the operations'.
 */
@NullMarked
package convoy.architectures.tensor;

import org.jspecify.annotations.NullMarked;
