/**
 * Random numbers that are a pure function of what they are for, the same on every machine and in every order of asking. What is
 * drawn from them (initial values, random graphs, augmentation, dropout) lives where it is used.
 */
@NullMarked
package convoy.architectures.random;

import org.jspecify.annotations.NullMarked;
