/**
 * What a family of networks is written with: its entries in the catalogue, the arguments and settings of a network, and a builder
 * of graphs. The families themselves live in the packages below, one in a file; all of them together in the catalogue above.
 */
@NullMarked
package convoy.architectures.families;

import org.jspecify.annotations.NullMarked;
