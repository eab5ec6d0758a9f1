/**
 * What can be said of a network's layers without computing with them, beyond shapes and counts: what part of the picture each
 * sees, which pixels none reads, what bytes it takes; as a table and as plain data. Not pictures of networks (drawing) and
 * nothing that needs trained weights.
 */
@NullMarked
package convoy.architectures.inspection;

import org.jspecify.annotations.NullMarked;
