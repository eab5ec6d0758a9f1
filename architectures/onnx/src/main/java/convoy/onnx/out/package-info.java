/**
 * Networks and their numbers written as ONNX models, by the classes generated from ONNX's own description of its format. Nothing is read
 * here, and nothing is known of where the bytes go.
 */
@NullMarked
package convoy.onnx.out;

import org.jspecify.annotations.NullMarked;
