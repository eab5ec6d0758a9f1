package convoy.driver.metrics;

import convoy.records.annotation.Default;
import convoy.records.annotation.WhenPresent;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A line of {@code metrics.jsonl}: {@code {"kind": "step", "step": 237, …}}, with the keys in the order of the components. A figure that
 * is no number, or infinite, is empty, and stands there as {@code null}. Times are UTC, as {@link java.time.Instant} writes them.
 *
 * <p>No key is renamed or gets another meaning; one that is added has a default.
 */
public sealed interface MetricsLine {
    /** {@return updates applied} */
    long step();

    /**
     * Says which kind it is.
     *
     * @param visitor whose method for this kind is called
     */
    void visit(Visitor visitor);

    /** Who tells lines apart by their kinds. */
    interface Visitor {
        /**
         * A step of the training.
         *
         * @param line its line
         */
        void step(Step line);

        /**
         * Held-out rows were scored.
         *
         * @param line its line
         */
        void evaluation(Evaluation line);

        /**
         * A checkpoint is whole.
         *
         * @param line its line
         */
        void checkpoint(Checkpoint line);

        /**
         * Who computes is somebody else.
         *
         * @param line its line
         */
        void membership(Membership line);

        /**
         * What the tensors of a checkpoint are.
         *
         * @param line its line
         */
        void tensors(Tensors line);

        /**
         * How long gradient and update of a step were, layer by layer.
         *
         * @param line its line
         */
        void norms(Norms line);
    }

    /**
     * {@return the value as a line can hold it}
     *
     * @param value any, or none
     */
    static Optional<Double> figure(double value) {
        return Optional.of(value).filter(Double::isFinite);
    }

    /**
     * A step of the training.
     *
     * @param step updates applied
     * @param epoch epochs done, with a fraction
     * @param loss mean over the step's images, in nats
     * @param auxiliaryLoss of auxiliary heads, times their weights
     * @param accuracy share of the step's images that were right, in [0, 1]
     * @param examples images of the step
     * @param leftOut how many rows of it have pictures that cannot be decoded; empty: none
     * @param learningRate of its update
     * @param imagesPerSecond over the last ten seconds
     * @param time when it was written
     * @param workers who computed, by their names
     */
    @RecordBuilder
    record Step(
            long step,
            double epoch,
            Optional<Double> loss,
            Optional<Double> auxiliaryLoss,
            Optional<Double> accuracy,
            long examples,
            @WhenPresent Optional<Long> leftOut,
            Optional<Double> learningRate,
            Optional<Double> imagesPerSecond,
            Optional<String> time,
            @Default(Default.EMPTY_LIST) List<Effort> workers)
            implements MetricsLine {
        public Step {
            workers = List.copyOf(workers);
        }

        /** {@return whether both losses are numbers} */
        public boolean isFinite() {
            return loss.isPresent() && auxiliaryLoss.isPresent();
        }

        @Override
        public void visit(Visitor visitor) {
            visitor.step(this);
        }
    }

    /**
     * What a worker spent on a step.
     *
     * @param worker its name
     * @param microBatches that it computed
     * @param computeMs in the engine, in milliseconds
     * @param dataWaitMs waiting for batches, in milliseconds
     * @param pullWaitMs waiting for parameters, in milliseconds
     */
    record Effort(String worker, int microBatches, double computeMs, double dataWaitMs, double pullWaitMs) {}

    /**
     * What a step says of the loss: all that whoever goes on with a run wants of it.
     *
     * @param loss as in {@link Step}
     * @param auxiliaryLoss likewise
     */
    record StepLoss(Optional<Double> loss, Optional<Double> auxiliaryLoss) {
        /** {@return whether both are numbers} */
        public boolean isFinite() {
            return loss.isPresent() && auxiliaryLoss.isPresent();
        }
    }

    /**
     * Held-out rows were scored.
     *
     * @param step updates applied to what was scored
     * @param epoch epochs done, with a fraction
     * @param rows images
     * @param top1 images whose label had the best score
     * @param top5 images whose label had one of the five best; empty for five classes or fewer
     * @param top1Accuracy the same as a share, in [0, 1]
     * @param top5Accuracy likewise
     * @param loss mean cross-entropy, in nats
     * @param metrics figures of one's own, by their names
     * @param time when it was written
     */
    @RecordBuilder
    record Evaluation(
            long step,
            double epoch,
            long rows,
            long top1,
            @WhenPresent Optional<Long> top5,
            Optional<Double> top1Accuracy,
            @WhenPresent Optional<Double> top5Accuracy,
            Optional<Double> loss,
            @WhenPresent Optional<Map<String, Optional<Double>>> metrics,
            Optional<String> time)
            implements MetricsLine {
        @Override
        public void visit(Visitor visitor) {
            visitor.evaluation(this);
        }
    }

    /**
     * A checkpoint is whole.
     *
     * @param step updates applied to it
     * @param directory where it lies
     * @param bytes of its range files
     * @param seconds from the step until it was whole
     * @param time when it was written
     */
    record Checkpoint(long step, String directory, long bytes, double seconds, Optional<String> time)
            implements MetricsLine {
        @Override
        public void visit(Visitor visitor) {
            visitor.checkpoint(this);
        }
    }

    /**
     * Who computes is somebody else from now on.
     *
     * @param step updates applied by then
     * @param change what the driver said
     * @param servers how many hold the parameters
     * @param workers the names of those that compute
     * @param time when it was written
     */
    record Membership(long step, String change, int servers, List<String> workers, Optional<String> time)
            implements MetricsLine {
        public Membership {
            workers = List.copyOf(workers);
        }

        @Override
        public void visit(Visitor visitor) {
            visitor.membership(this);
        }
    }

    /**
     * What the tensors of a checkpoint are.
     *
     * @param step updates applied to them
     * @param crc32c of each tensor's values as little-endian floats, eight hexadecimal digits, by its name
     */
    record Tensors(long step, Map<String, String> crc32c) implements MetricsLine {
        @Override
        public void visit(Visitor visitor) {
            visitor.tensors(this);
        }
    }

    /**
     * How long gradient and update of a step were, layer by layer.
     *
     * @param step updates applied, that of this step among them
     * @param layers those that are trained, in the order of the network
     */
    record Norms(long step, List<LayerNorm> layers) implements MetricsLine {
        public Norms {
            layers = List.copyOf(layers);
        }

        @Override
        public void visit(Visitor visitor) {
            visitor.norms(this);
        }
    }

    /**
     * How long gradient and update of one layer were.
     *
     * @param layer its name in the network
     * @param kind what it is
     * @param gradient L2 norm of the averaged gradient of all its tensors, before it is clipped and decays
     * @param update L2 norm of what the step added to them
     */
    record LayerNorm(String layer, LayerKind kind, Optional<Double> gradient, Optional<Double> update) {}

    /** What a layer is. */
    enum LayerKind {
        /** It has the weights of a convolution. */
        CONVOLUTION,
        /** It has the weights of a dense layer. */
        DENSE,
        /** A norm, or what else is trained. */
        OTHER
    }
}
