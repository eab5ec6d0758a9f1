/**
 * What a file is, told by its first bytes.
 *
 * <p>Who reads one of the formats has what more there is to know of it.
 */
@NullMarked
package convoy.worker.signature;

import org.jspecify.annotations.NullMarked;
