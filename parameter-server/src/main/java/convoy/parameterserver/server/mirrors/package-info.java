/**
 * Copies of ranges in the memory of other servers, from which they are restored when a server is lost.
 *
 * <p>Copies in files do not live here, nor does what a range does with the values.
 */
@NullMarked
package convoy.parameterserver.server.mirrors;

import org.jspecify.annotations.NullMarked;
