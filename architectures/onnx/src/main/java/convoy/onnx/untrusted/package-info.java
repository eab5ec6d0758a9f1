/**
 * What is looked at before anything is made of a file that nobody trusts. What the file then means is not known here.
 */
@NullMarked
package convoy.onnx.untrusted;

import org.jspecify.annotations.NullMarked;
