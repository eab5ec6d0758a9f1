/**
 * What a node may compute, each with PyTorch's meaning: its output's shape, its tensors, its cost and its label. How operations
 * are put together is the graph's, how they are computed the engines'.
 */
@NullMarked
package convoy.architectures.operations;

import org.jspecify.annotations.NullMarked;
