/**
 * ONNX models read as networks and their numbers. A model is nobody's friend: sizes are looked at before memory is taken, and what cannot be
 * taken is listed whole. How a file system is asked for bytes is not known here.
 */
@NullMarked
package convoy.onnx.in;

import org.jspecify.annotations.NullMarked;
