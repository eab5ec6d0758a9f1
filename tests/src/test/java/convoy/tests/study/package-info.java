/**
 * Studies from the command line to their reports, in this process and in others that are killed. What a study decides without training
 * anything is tested beside it.
 */
@NullMarked
package convoy.tests.study;

import org.jspecify.annotations.NullMarked;
