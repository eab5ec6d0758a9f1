/**
 * Values as YAML and back: what a person writes, with the lines at which it stands. What such a text must hold is said by whoever
 * reads it; nothing of that lives here.
 */
@NullMarked
package convoy.records.yaml;

import org.jspecify.annotations.NullMarked;
