/**
 * What commands that show pictures to a model have in common: the options that say which model, and how it looks. What they print lies with
 * each of them.
 */
@NullMarked
package convoy.jobs.picture;

import org.jspecify.annotations.NullMarked;
