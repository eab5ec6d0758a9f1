/**
 * A file system in memory that many processes share, in virtual time: it fails, stalls and forgets when it is told to.
 *
 * <p>What is written there, and what must hold of it, is told in {@code convoy.tests.simulation}.
 */
@NullMarked
package convoy.tests.simulation.disk;

import org.jspecify.annotations.NullMarked;
