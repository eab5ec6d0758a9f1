/** What is read of ONNX models, and above all what is not. */
@NullMarked
package convoy.onnx.in;

import org.jspecify.annotations.NullMarked;
