package convoy.records.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component is where a text leaves it out. With it a component may be added to a record of which texts exist: they can
 * still be read, and canonical texts stay as they were.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** The value of a list. */
    String EMPTY_LIST = "[]";

    /** The value of a mapping from any keys. */
    String EMPTY_MAPPING = "{}";

    /**
     * {@return the value, in one word: {@code 1}, {@code false}, the name of a kind; or {@link #EMPTY_LIST}, or {@link
     * #EMPTY_MAPPING}}
     */
    String value();
}
