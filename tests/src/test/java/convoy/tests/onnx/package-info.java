/** ONNX models: as ONNX Runtime reads ours, and as we read ours and PyTorch's. */
@NullMarked
package convoy.tests.onnx;

import org.jspecify.annotations.NullMarked;
