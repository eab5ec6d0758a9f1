/** Agreement with PyTorch: the engines' figures and whole trajectories against files that PyTorch computed. */
@NullMarked
package convoy.tests.parity;

import org.jspecify.annotations.NullMarked;
