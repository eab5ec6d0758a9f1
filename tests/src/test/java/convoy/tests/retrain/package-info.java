/** Retraining from the command line to what serves, day after day. Its parts are tested where they lie. */
@NullMarked
package convoy.tests.retrain;

import org.jspecify.annotations.NullMarked;
