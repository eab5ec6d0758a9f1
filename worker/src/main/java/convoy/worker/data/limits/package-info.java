/**
 * What the settings of several steps have in common to be refused for. What only one of them asks for it refuses itself.
 */
@NullMarked
package convoy.worker.data.limits;

import org.jspecify.annotations.NullMarked;
