package convoy.architectures.edit;

import convoy.architectures.file.Fragment;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.Value;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One change of a network, as a run file has it. Layers are named by a pattern: a layer's name, the beginning of names up to a dot
 * ({@code layer1} for all in it), or either with {@code *} and {@code ?}. What stands in layers and arguments is written as in a network
 * file.
 */
public sealed interface Edit {
    /**
     * Has the visitor's method for this edit do its work.
     *
     * @param visitor who does something else with each
     */
    void accept(Visitor visitor);

    /** What is done with an edit, one method for each. */
    interface Visitor {
        /**
         * Gives operations other arguments.
         *
         * @param set which, and how
         */
        void set(Set set);

        /**
         * Exchanges operations.
         *
         * @param replace which, and how
         */
        void replace(Replace replace);

        /**
         * Leaves layers out.
         *
         * @param delete which, and how
         */
        void delete(Delete delete);

        /**
         * Puts layers in.
         *
         * @param insert which, and how
         */
        void insert(Insert insert);

        /**
         * Puts layers behind the logits.
         *
         * @param append which, and how
         */
        void append(Append append);

        /**
         * Exchanges layers for others.
         *
         * @param splice which, and how
         */
        void splice(Splice splice);
    }

    /**
     * Gives operations other arguments; those alone that have all of them.
     *
     * @param at pattern of the layers
     * @param of their kind; empty: any
     * @param arguments by their keys: {@code kernel}, {@code stride}, {@code out}, {@code function}, {@code probability}, …
     */
    record Set(String at, Optional<String> of, Map<String, Value> arguments) implements Edit {
        public Set {
            require("at", at);
            if (arguments.isEmpty()) {
                throw new BadInputException(
                        Refusal.of("arguments").because("is empty").instead("give one, as {kernel: 5, padding: 2}"));
            }
            Map<String, Value> plain = new TreeMap<>();
            arguments.forEach((key, value) -> plain.put(key, Fragment.anywhere(value)));
            arguments = Collections.unmodifiableMap(plain);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.set(this);
        }
    }

    /**
     * Puts another operation in the place of each.
     *
     * @param at pattern of the layers
     * @param of their kind; empty: any
     * @param with the new operation: its kind, or a mapping with kind and arguments
     */
    record Replace(String at, Optional<String> of, Value with) implements Edit {
        public Replace {
            require("at", at);
            with = Fragment.anywhere(with);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.replace(this);
        }
    }

    /**
     * Leaves layers out: what read one reads what it read, the first of it if that is several, and what then nothing reads goes as well.
     *
     * @param at pattern of the layers
     * @param of their kind; empty: any
     */
    record Delete(String at, Optional<String> of) implements Edit {
        public Delete {
            require("at", at);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.delete(this);
        }
    }

    /**
     * Puts layers behind each of others: whatever read that one reads the last of them. In their names {@code {layer}} is its name.
     *
     * @param after pattern of the layers
     * @param of their kind; empty: any
     * @param layers as in a network file
     */
    record Insert(String after, Optional<String> of, List<Value> layers) implements Edit {
        public Insert {
            require("after", after);
            layers = written(layers);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.insert(this);
        }
    }

    /**
     * Puts layers behind the logits of a head, of which the last has the new ones.
     *
     * @param head its name; empty: the one that is scored
     * @param layers as in a network file
     */
    record Append(Optional<String> head, List<Value> layers) implements Edit {
        public Append {
            layers = written(layers);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.append(this);
        }
    }

    /**
     * Puts layers in the place of others that read one layer beside themselves, and of which one is read from outside.
     *
     * @param at pattern of the layers that go
     * @param layers as in a network file
     */
    record Splice(String at, List<Value> layers) implements Edit {
        public Splice {
            require("at", at);
            layers = written(layers);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.splice(this);
        }
    }

    private static void require(String key, String pattern) {
        if (pattern.isBlank()) {
            throw new BadInputException(
                    Refusal.of(key, "''").because("is empty").instead("name layers, or give a pattern of names"));
        }
    }

    private static List<Value> written(List<Value> layers) {
        if (layers.isEmpty()) {
            throw new BadInputException(Refusal.of("layers").because("is empty").instead("give one or more"));
        }
        return layers.stream().map(Fragment::anywhere).toList();
    }
}
