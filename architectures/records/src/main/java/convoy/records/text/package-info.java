/**
 * Small things that are done to texts: names in kebab-case, counts, a message's first line, what a terminal must not
 * obey, a digest. What a record looks like as a text is in
 * {@code convoy.records}.
 */
@NullMarked
package convoy.records.text;

import org.jspecify.annotations.NullMarked;
