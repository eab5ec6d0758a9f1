package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.List;

/** What leaves out, moves or adds channels of an image and computes nothing of their scalars. */
public sealed interface ChannelOperation extends Operation {
    /**
     * The channels {@code [begin, end)} of an image.
     *
     * @param begin the first channel that is kept, from 0
     * @param end the one behind the last
     */
    record ChannelSlice(int begin, int end) implements ChannelOperation {
        public ChannelSlice {
            Limits.atLeast("channel slice", "begin", begin, 0);
            Limits.atLeast("channel slice", "end", end, begin + 1);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Inputs.image(inputs, "channel slice");
            if (end > in.channels()) {
                throw new BadInputException(
                        "a slice of the channels [" + begin + ", " + end + ") gets " + in + ", which has fewer");
            }
            return new Image(end - begin, in.height(), in.width());
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.channelSlice(this);
        }

        @Override
        public String label() {
            return "channels " + begin + " to " + (end - 1);
        }
    }

    /**
     * ShuffleNet's transposition of {@code [groups, channels / groups]}: channel {@code g * (C / groups) + i} moves to
     * {@code i * groups + g}.
     *
     * @param groups how many, which divide the channels
     */
    record ChannelShuffle(int groups) implements ChannelOperation {
        public ChannelShuffle {
            Limits.atLeast("channel shuffle", "groups", groups, 1);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Inputs.image(inputs, "channel shuffle");
            if (in.channels() % groups != 0) {
                throw new BadInputException("a channel shuffle of " + Counts.plain(groups, "group") + " gets " + in
                        + ", whose " + Counts.plain(in.channels(), "channel") + " cannot be divided by them");
            }
            return in;
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.channelShuffle(this);
        }

        @Override
        public String label() {
            return "shuffle " + groups;
        }
    }

    /**
     * Channels of zeros before and after an image's own: the identity shortcut of a widening residual block.
     *
     * @param before how many channels of zeros, 0 or more
     * @param after how many channels of zeros, 0 or more
     */
    record PadChannels(int before, int after) implements ChannelOperation {
        public PadChannels {
            Limits.atLeast("channel padding", "before", before, 0);
            Limits.atLeast("channel padding", "after", after, 0);
        }

        @Override
        public Image output(List<Shape> inputs) {
            Image in = Inputs.image(inputs, "channel padding");
            return new Image(before + in.channels() + after, in.height(), in.width());
        }

        @Override
        public <R> R accept(OperationVisitor<R> visitor) {
            return visitor.padChannels(this);
        }

        @Override
        public String label() {
            return "zero channels " + before + " + " + after;
        }
    }
}
