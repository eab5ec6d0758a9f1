/**
 * What a server is told of a key range: whose it is, where its first values come from, by which rule it is updated, and when and
 * where it is written down.
 *
 * <p>Descriptions alone live here: their bytes on the wire do not, nor do the files that they name, nor the range at work.
 */
@NullMarked
package convoy.parameterserver.range;

import org.jspecify.annotations.NullMarked;
