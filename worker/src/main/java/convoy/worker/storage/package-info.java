/**
 * Addresses on Hadoop file systems: what a person may write, and one clear line where one leads nowhere.
 *
 * <p>Nothing of what the files hold.
 */
@NullMarked
package convoy.worker.storage;

import org.jspecify.annotations.NullMarked;
