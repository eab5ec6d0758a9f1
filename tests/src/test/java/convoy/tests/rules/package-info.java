/** What holds the house: rules over the compiled classes of all modules, with the tests' own where they say so. */
@NullMarked
package convoy.tests.rules;

import org.jspecify.annotations.NullMarked;
