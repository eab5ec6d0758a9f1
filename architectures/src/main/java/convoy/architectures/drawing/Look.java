package convoy.architectures.drawing;

import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.OperationVisitor;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.operations.Scale;

/**
 * How an operation is drawn.
 *
 * @param kind of the box that begins with it
 * @param finishes whether it is told as a property of what it follows, where it may be
 */
record Look(Box.Kind kind, boolean finishes) {
    private static final Look FINISH = new Look(Box.Kind.OTHER, true);

    static Look of(Operation operation) {
        return operation.accept(new OfKind());
    }

    private static final class OfKind implements OperationVisitor<Look> {
        private static Look own(Box.Kind kind) {
            return new Look(kind, false);
        }

        @Override
        public Look convolution(Convolution convolution) {
            return own(Box.Kind.CONVOLUTION);
        }

        @Override
        public Look dense(Dense dense) {
            return own(Box.Kind.DENSE);
        }

        @Override
        public Look activation(Activation activation) {
            return FINISH;
        }

        @Override
        public Look batchNorm(BatchNorm norm) {
            return FINISH;
        }

        @Override
        public Look localResponseNorm(LocalResponseNorm norm) {
            return FINISH;
        }

        @Override
        public Look evoNormS0(EvoNormS0 norm) {
            return FINISH;
        }

        @Override
        public Look layerNorm(LayerNorm norm) {
            return FINISH;
        }

        @Override
        public Look evoNormB0(EvoNormB0 norm) {
            return FINISH;
        }

        @Override
        public Look pooling(Pooling pooling) {
            return own(Box.Kind.POOLING);
        }

        @Override
        public Look adaptiveAveragePool(AdaptiveAveragePool pool) {
            return own(Box.Kind.POOLING);
        }

        @Override
        public Look add(Add add) {
            return own(Box.Kind.JOIN);
        }

        @Override
        public Look weightedAdd(WeightedAdd add) {
            return own(Box.Kind.JOIN);
        }

        @Override
        public Look multiply(Multiply multiply) {
            return own(Box.Kind.JOIN);
        }

        @Override
        public Look concat(Concat concat) {
            return own(Box.Kind.JOIN);
        }

        @Override
        public Look channelSlice(ChannelSlice slice) {
            return own(Box.Kind.OTHER);
        }

        @Override
        public Look channelShuffle(ChannelShuffle shuffle) {
            return FINISH;
        }

        @Override
        public Look padChannels(PadChannels pad) {
            return FINISH;
        }

        @Override
        public Look flatten(Flatten flatten) {
            return FINISH;
        }

        @Override
        public Look scale(Scale scale) {
            return FINISH;
        }

        @Override
        public Look dropout(Dropout dropout) {
            return FINISH;
        }

        @Override
        public Look spatialDropout(SpatialDropout dropout) {
            return FINISH;
        }

        @Override
        public Look stochasticDepth(StochasticDepth depth) {
            return FINISH;
        }
    }
}
