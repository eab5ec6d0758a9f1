/**
 * How all modules say that what a person gave cannot work: one line with the thing, its value, the limit and the remedy. The
 * checks themselves live beside what they check, and how a program ends by one with the command line.
 */
@NullMarked
package convoy.architectures.refusal;

import org.jspecify.annotations.NullMarked;
