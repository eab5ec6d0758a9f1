/**
 * Tensors in files: safetensors, models made of them, and the file that holds one range of one version.
 *
 * <p>When a file is written, and who waits for it, does not live here.
 */
@NullMarked
package convoy.parameterserver.files;

import org.jspecify.annotations.NullMarked;
