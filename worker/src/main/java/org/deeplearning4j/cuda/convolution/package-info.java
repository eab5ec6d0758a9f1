/** Where DL4J looks for the helper of its convolution layers when ND4J computes on CUDA. */
@NullMarked
package org.deeplearning4j.cuda.convolution;

import org.jspecify.annotations.NullMarked;
