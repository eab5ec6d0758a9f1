/** Who takes part in a run and who computes what: a state machine fed with what workers say, with no Spark in it. */
@NullMarked
package convoy.driver.coordination;

import org.jspecify.annotations.NullMarked;
