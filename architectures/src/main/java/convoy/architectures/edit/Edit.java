package convoy.architectures.edit;

import convoy.architectures.file.Fragment;
import convoy.architectures.graph.Initialization.Distribution;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Initialization.ScaledNormal;
import convoy.architectures.graph.Initialization.ScaledTruncatedNormal;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.Value;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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

        /**
         * Draws initial values otherwise.
         *
         * @param initialize which, and how
         */
        void initialize(Initialize initialize);
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
     * Draws the initial weights of convolutions and dense layers from another distribution, or begins their biases at another value.
     *
     * @param at pattern of the layers
     * @param of their kind; empty: convolutions and dense layers
     * @param weights from what weights are drawn; empty: as before
     * @param fan which side of a layer the deviation of {@code he-…} is scaled by; empty: in
     * @param bias what biases begin at; empty: as before
     */
    record Initialize(
            String at, Optional<String> of, Optional<Scheme> weights, Optional<Fan> fan, Optional<Double> bias)
            implements Edit {
        public Initialize {
            require("at", at);
            if (weights.isEmpty() && bias.isEmpty()) {
                throw new BadInputException(
                        Refusal.of("weights").because("is missing").instead("give weights, or bias, or both"));
            }
            if (fan.isPresent() && weights.filter(Scheme::takesAFan).isEmpty()) {
                throw new BadInputException(Refusal.of("fan", fan.get().name().toLowerCase(Locale.ROOT))
                        .because(", and the weights are none of he-normal, he-uniform, he-truncated", "weights")
                        .instead("leave it out"));
            }
            bias.ifPresent(value -> {
                if (!Double.isFinite(value)) {
                    throw new BadInputException(Refusal.of("bias", value).because("is not finite"));
                }
            });
        }

        /** {@return what weights are drawn from, if that is to be another distribution} */
        Optional<Distribution> distribution() {
            return weights.map(scheme -> scheme.of(fan.orElse(Fan.IN)));
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.initialize(this);
        }
    }

    /** Distributions of initial weights by their usual names; truncated at two deviations. */
    enum Scheme {
        /** He et al. 2015: variance 2 / fan. */
        HE_NORMAL,
        /** The same variance, uniform. */
        HE_UNIFORM,
        /** He's, truncated. */
        HE_TRUNCATED,
        /** Glorot, Bengio 2010: variance 2 / (fan in + fan out). */
        XAVIER_NORMAL,
        /** The same variance, uniform. */
        XAVIER_UNIFORM,
        /** Glorot's, truncated. */
        XAVIER_TRUNCATED;

        private boolean takesAFan() {
            return this == HE_NORMAL || this == HE_UNIFORM || this == HE_TRUNCATED;
        }

        private Distribution of(Fan fan) {
            return switch (this) {
                case HE_NORMAL -> new ScaledNormal(2, fan);
                case HE_UNIFORM -> new ScaledUniform(6, fan);
                case HE_TRUNCATED -> new ScaledTruncatedNormal(2, fan);
                case XAVIER_NORMAL -> new ScaledNormal(1, Fan.MEAN);
                case XAVIER_UNIFORM -> new ScaledUniform(3, Fan.MEAN);
                case XAVIER_TRUNCATED -> new ScaledTruncatedNormal(1, Fan.MEAN);
            };
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
