/**
 * The {@code nd4j} engine: lowers a network to kernels in DL4J's ComputationGraph, with oneDNN's convolutions really on; and the export to DL4J.
 *
 * <p>The kernels lie below, by kind.
 */
@NullMarked
package convoy.worker.engine.nd4j;

import org.jspecify.annotations.NullMarked;
