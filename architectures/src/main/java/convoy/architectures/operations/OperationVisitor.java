package convoy.architectures.operations;

import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;

/**
 * What is done with an operation, one method for each kind. Whoever must know them all implements this, so that a new operation does not
 * compile before everyone has said what becomes of it.
 *
 * @param <R> what comes of it
 */
public interface OperationVisitor<R> {
    R convolution(Convolution convolution);

    R dense(Dense dense);

    R activation(Activation activation);

    R batchNorm(BatchNorm batchNorm);

    R localResponseNorm(LocalResponseNorm localResponseNorm);

    R evoNormS0(EvoNormS0 evoNormS0);

    R evoNormB0(EvoNormB0 evoNormB0);

    R pooling(Pooling pooling);

    R adaptiveAveragePool(AdaptiveAveragePool adaptiveAveragePool);

    R add(Add add);

    R weightedAdd(WeightedAdd weightedAdd);

    R multiply(Multiply multiply);

    R concat(Concat concat);

    R channelSlice(ChannelSlice channelSlice);

    R channelShuffle(ChannelShuffle channelShuffle);

    R padChannels(PadChannels padChannels);

    R flatten(Flatten flatten);

    R scale(Scale scale);

    R dropout(Dropout dropout);

    R spatialDropout(SpatialDropout spatialDropout);

    R stochasticDepth(StochasticDepth stochasticDepth);
}
