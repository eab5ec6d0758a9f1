/**
 * Tests in processes of their own, for instance one that is told of a smaller instruction set.
 *
 * <p>Nothing of what they test.
 */
@NullMarked
package convoy.worker.engine.process;

import org.jspecify.annotations.NullMarked;
