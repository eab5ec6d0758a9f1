/**
 * Turns the files of a piece into records: checked pictures with their class, or the reason why there is none. What becomes
 * of them is decided in {@code plan}.
 */
@NullMarked
package convoy.driver.importing.records;

import org.jspecify.annotations.NullMarked;
