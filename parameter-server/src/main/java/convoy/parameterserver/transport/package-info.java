/**
 * The port by which messages travel, Spark's network library behind it with frames, their limits and authentication, and requests that are repeated until they are
 * answered or their server is silent for too long.
 *
 * <p>What the requests ask for does not live here.
 */
@NullMarked
package convoy.parameterserver.transport;

import org.jspecify.annotations.NullMarked;
