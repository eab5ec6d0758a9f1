/**
 * Networks made of networks: other heads, other channels, convolutions for dense layers, and which tensors a cut leaves as they
 * are. What weights such a tensor then gets is for who trains it to say.
 */
@NullMarked
package convoy.architectures.surgery;

import org.jspecify.annotations.NullMarked;
