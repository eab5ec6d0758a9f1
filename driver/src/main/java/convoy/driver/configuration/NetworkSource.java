package convoy.driver.configuration;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a run's network is made of, one of several keys of the run file. A further one is a member here, and a method of the visitor. */
public sealed interface NetworkSource {
    /** {@return whether it is read from a file, which may change or vanish, so that a run keeps what became of it} */
    boolean isFile();

    /**
     * Has the visitor's method for this source do its work.
     *
     * @param <R> what comes of it
     * @param visitor who does something else with each
     * @return what the method returned
     */
    <R> R accept(Visitor<R> visitor);

    /**
     * What is done with a source, one method for each.
     *
     * @param <R> what comes of it
     */
    interface Visitor<R> {
        /**
         * {@return what becomes of a network of the catalogue}
         *
         * @param named by its name there
         */
        R named(Named named);

        /**
         * {@return what becomes of a network of one's own}
         *
         * @param written in a file
         */
        R written(Written written);

        /**
         * {@return what becomes of a network that another program has written}
         *
         * @param exchanged as an ONNX model
         */
        R exchanged(Exchanged exchanged);
    }

    /**
     * A network of the catalogue.
     *
     * @param name in it
     * @param parameters by which it differs in size, as written
     */
    record Named(String name, SortedMap<String, String> parameters) implements NetworkSource {
        public Named {
            parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        }

        @Override
        public boolean isFile() {
            return false;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.named(this);
        }
    }

    /**
     * A network that somebody has written.
     *
     * @param file URI of it
     * @param parameters of it that differ from their defaults, as written
     */
    record Written(String file, SortedMap<String, String> parameters) implements NetworkSource {
        public Written {
            parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        }

        @Override
        public boolean isFile() {
            return true;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.written(this);
        }
    }

    /**
     * A network that another program has written, with its weights.
     *
     * @param model URI of the ONNX model
     */
    record Exchanged(String model) implements NetworkSource {
        @Override
        public boolean isFile() {
            return true;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.exchanged(this);
        }
    }
}
