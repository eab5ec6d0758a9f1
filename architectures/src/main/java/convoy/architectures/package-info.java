/**
 * The door to networks: one visible catalogue of all that have a name. How families of networks are written, what a network
 * is and what is done to one live in the packages below; nothing else lives here.
 */
@NullMarked
package convoy.architectures;

import org.jspecify.annotations.NullMarked;
