/**
 * Run files and studies to begin with, and the command that prints them. The files lie in the module's folder {@code recipes}; what
 * a run file or a study means is not known here.
 */
@NullMarked
package convoy.jobs.recipes;

import org.jspecify.annotations.NullMarked;
