/**
 * Requests that a server cannot answer yet.
 *
 * <p>What they wait for does not live here.
 */
@NullMarked
package convoy.parameterserver.server.waiting;

import org.jspecify.annotations.NullMarked;
