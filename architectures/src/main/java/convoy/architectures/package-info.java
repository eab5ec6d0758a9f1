/** Networks as data: a small graph of operations, one family of networks per file, a visible catalogue. */
@NullMarked
package convoy.architectures;

import org.jspecify.annotations.NullMarked;
