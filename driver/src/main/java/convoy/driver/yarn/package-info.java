/** What YARN has to be asked for and told where it runs an application: executors, and how an attempt ended. */
@NullMarked
package convoy.driver.yarn;

import org.jspecify.annotations.NullMarked;
