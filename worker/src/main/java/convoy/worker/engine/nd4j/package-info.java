/** The {@code nd4j} engine: lowers a network to DL4J's ComputationGraph, with oneDNN's convolutions really on. */
@NullMarked
package convoy.worker.engine.nd4j;

import org.jspecify.annotations.NullMarked;
