/**
 * The groups of tests that do not belong to what {@code verify} runs, for the tests of all modules that know this one.
 *
 * <p>No test.
 */
@NullMarked
package convoy.worker.groups;

import org.jspecify.annotations.NullMarked;
