/**
 * Who takes part in a run, what each is told and who computes what: a state machine fed with what workers say. There is no
 * Spark in it, no file system and no server.
 */
@NullMarked
package convoy.driver.coordination;

import org.jspecify.annotations.NullMarked;
