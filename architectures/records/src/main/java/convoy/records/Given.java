package convoy.records;

import convoy.records.text.Names;
import java.util.Map;
import java.util.Optional;

/**
 * What a file gave for one key, and where to say what is wrong with it.
 *
 * @param path the dotted key; empty for the whole file
 * @param standard what the enclosing default has in this place
 * @param author who wrote it
 */
record Given(Value value, String path, Optional<Object> standard, Author author, Problems problems) {
    /** Who wrote a text. */
    enum Author {
        /** Somebody who means finite numbers. */
        PERSON,
        /** This program, whose numbers may be infinite or none. */
        PROGRAM,
        /** Other versions of this program and other programs, which have keys of their own: those that are not known are passed over. */
        OTHERS
    }

    /** The whole of a text. */
    static Given whole(Value value, Author author, Problems problems) {
        return new Given(value, "", Optional.empty(), author, problems);
    }

    /** The same key with another value. */
    Given with(Value other) {
        return new Given(other, path, standard, author, problems);
    }

    /** The same key where another default stands behind it. */
    Given withStandard(Optional<Object> other) {
        return new Given(value, path, other, author, problems);
    }

    /** What was given for a key below this one. */
    Given below(String key, Value part, Optional<Object> standardPart) {
        return new Given(part, pathBelow(key), standardPart, author, problems);
    }

    String pathBelow(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Whether the path ends with what a component is called. */
    boolean endsWith(String component) {
        String last = component.substring(component.lastIndexOf('.') + 1);
        return ("." + path).endsWith("." + last);
    }

    /** The value as text; if it is anything else, that is a problem and the answer is empty. */
    Optional<Value.Scalar> scalar(Schema wanted) {
        if (value instanceof Value.Scalar scalar) {
            return Optional.of(scalar);
        }
        wrongType(wanted);
        return Optional.empty();
    }

    void wrongType(Schema wanted) {
        if (value instanceof Value.Nothing) {
            problem(name() + " has no value; give " + wanted.describe() + ", or leave the key out");
        } else if (value instanceof Value.Scalar && !path.isEmpty()) {
            notA(wanted);
        } else {
            problem(name() + " is " + value.form() + ", but must be " + wanted.describe());
        }
    }

    void notA(Schema wanted) {
        problem(path + " = " + text() + " is not " + wanted.describe());
    }

    void notOneOf(Map<String, ?> known) {
        problem(path + " = " + text() + " is not one of " + String.join(", ", known.keySet())
                + didYouMean(text(), known));
    }

    /** A key below this one that nobody here knows. */
    void unknown(String key, Value.Entry entry, String remedy) {
        switch (author) {
            case PERSON, PROGRAM -> problems.add(entry.key(), pathBelow(key) + " is no key here" + remedy);
            case OTHERS -> problems.passOver(pathBelow(key));
        }
    }

    void problem(String message) {
        problems.add(value.place(), message);
    }

    private String text() {
        return value instanceof Value.Scalar scalar ? scalar.text() : value.form();
    }

    static String didYouMean(String given, Map<String, ?> known) {
        return Names.nearest(given, known.keySet())
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    private String name() {
        return path.isEmpty() ? "the file" : path;
    }
}
