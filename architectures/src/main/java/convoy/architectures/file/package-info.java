/**
 * Networks as files: the one that a person writes, with parameters, blocks and loops, and the one that a run keeps, node by node. Where
 * such a file lies and how it is read from there is not known here, nor what is done with the network.
 */
@NullMarked
package convoy.architectures.file;

import org.jspecify.annotations.NullMarked;
