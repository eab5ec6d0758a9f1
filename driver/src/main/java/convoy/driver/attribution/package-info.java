/**
 * What in a picture a model's answer rests on: class maps, occlusion, feature maps. How they are painted and printed is for the command
 * to say.
 */
@NullMarked
package convoy.driver.attribution;

import org.jspecify.annotations.NullMarked;
