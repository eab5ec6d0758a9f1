/**
 * Connections over Spark's network library: frames and their limits, authentication, and requests that are repeated until they are
 * answered or their server is silent for too long.
 *
 * <p>What the requests ask for does not live here.
 */
@NullMarked
package convoy.parameterserver.transport;

import org.jspecify.annotations.NullMarked;
