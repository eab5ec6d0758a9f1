/**
 * The words that ONNX models written here have and those read know: versions, the domain of our own functions, hints in nodes, and where a model lies. What reads
 * and what writes a model lives in the rooms beside it.
 */
@NullMarked
package convoy.onnx;

import org.jspecify.annotations.NullMarked;
