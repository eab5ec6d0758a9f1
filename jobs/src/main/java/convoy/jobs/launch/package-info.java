/**
 * What a command needs around it before it can work: a Spark application, Hadoop's settings and small files, a name for the
 * user. No command is here.
 */
@NullMarked
package convoy.jobs.launch;

import org.jspecify.annotations.NullMarked;
