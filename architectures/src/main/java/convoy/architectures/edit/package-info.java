/**
 * Changes of a network that is there: an operation or one of its arguments, layers put in, left out or exchanged, heads that count more or
 * less. Which network it is, and with what numbers it begins, is not known here; what shapes follow is the operations' to say.
 */
@NullMarked
package convoy.architectures.edit;

import org.jspecify.annotations.NullMarked;
