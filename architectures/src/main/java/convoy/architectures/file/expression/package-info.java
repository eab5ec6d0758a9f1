/**
 * The arithmetic of network files: numbers, words, truth and lists, computed from parameters and loop indices. It reaches nothing outside
 * itself, and every text of it is computed in a bounded number of steps; what the results are for is not known here.
 */
@NullMarked
package convoy.architectures.file.expression;

import org.jspecify.annotations.NullMarked;
