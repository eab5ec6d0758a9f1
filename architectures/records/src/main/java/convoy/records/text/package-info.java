/**
 * Small things that are done to texts: names in kebab-case, a message's first line, a digest. What a record looks like as a text is in
 * {@code convoy.records}.
 */
@NullMarked
package convoy.records.text;

import org.jspecify.annotations.NullMarked;
