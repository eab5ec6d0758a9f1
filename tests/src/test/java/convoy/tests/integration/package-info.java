/** Whole runs with real networks. */
@NullMarked
package convoy.tests.integration;

import org.jspecify.annotations.NullMarked;
