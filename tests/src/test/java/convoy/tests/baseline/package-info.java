/** DL4J's own training on Spark, as the baseline that Convoy is measured against. */
@NullMarked
package convoy.tests.baseline;

import org.jspecify.annotations.NullMarked;
