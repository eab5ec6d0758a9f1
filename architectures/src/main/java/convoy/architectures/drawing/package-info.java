/**
 * Pictures of networks: nodes fused into boxes, blocks framed and folded, laid out top-down, written as SVG or DOT. Tables of
 * layers and costs are the graph's.
 */
@NullMarked
package convoy.architectures.drawing;

import org.jspecify.annotations.NullMarked;
