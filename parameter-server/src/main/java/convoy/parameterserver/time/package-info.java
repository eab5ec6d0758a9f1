/**
 * Time and what passes with it: a clock, waiting, and threads. Here lie the port that the parameter server, the worker and the driver
 * decide by, and the machine's own clock; what is decided, and by which deadline, lies with its owner.
 */
@NullMarked
package convoy.parameterserver.time;

import org.jspecify.annotations.NullMarked;
