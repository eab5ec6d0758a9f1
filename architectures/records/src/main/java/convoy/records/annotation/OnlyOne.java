package convoy.records.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Of the components of a record that have this, a text says one at most. A constructor cannot tell a default that somebody wrote from one that
 * nobody did; this counts what is written. Empty texts and keys without a value are not said.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OnlyOne {
    /** {@return what each of them gives, for the message: {@code a network}} */
    String value();
}
