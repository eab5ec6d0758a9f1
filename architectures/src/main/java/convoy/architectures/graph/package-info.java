/**
 * A network as data: nodes and heads, and what follows from them alone (shapes, tensors, costs, fingerprint, initial values).
 * Not which networks there are (families), what is made of a network (surgery) nor how one looks (drawing).
 */
@NullMarked
package convoy.architectures.graph;

import org.jspecify.annotations.NullMarked;
