/**
 * The messages between clients and servers, byte by byte, with every limit that a peer could reach.
 *
 * <p>Connections do not live here, nor does what is done with a message.
 */
@NullMarked
package convoy.parameterserver.wire;

import org.jspecify.annotations.NullMarked;
