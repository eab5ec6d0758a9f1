/** What a person types, a command a file: options, checks and what is printed. The work itself is done elsewhere. */
@NullMarked
package convoy.jobs.command;

import org.jspecify.annotations.NullMarked;
