/**
 * Tests in which two drivers want one run, and drivers that are killed are followed by others.
 *
 * <p>What a single driver does that nobody disturbs is elsewhere.
 */
@NullMarked
package convoy.driver.runs.rivals;

import org.jspecify.annotations.NullMarked;
