package convoy.architectures.inspection;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows of the picture each row of a node's output follows from; columns alike. Output row i follows from the picture's rows
 * {@code [begin(i), end(i))} at most, as though the picture went on at its borders: what lies below 0 or beyond the last row is
 * padding. On one path this is the receptive field of Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional
 * Neural Networks" (Distill), equations 2 and 5; where paths meet, the hull of theirs.
 */
final class Span {
    private final long[] begins;
    private final long[] ends;

    /** From one output row to the next, in rows of the picture. */
    private final long jump;

    private final boolean even;

    private Span(long[] begins, long[] ends, long jump, boolean even) {
        this.begins = begins;
        this.ends = ends;
        this.jump = jump;
        this.even = even;
    }

    /** The picture itself: each row follows from itself. */
    static Span picture(int side) {
        return new Span(
                IntStream.range(0, side).asLongStream().toArray(),
                IntStream.rangeClosed(1, side).asLongStream().toArray(),
                1,
                true);
    }

    /** What windows over this see; {@code kernel} is how far one reaches, dilation and all. */
    Span slide(int outputs, int kernel, int stride, int padding) {
        long[] first = new long[outputs];
        long[] last = new long[outputs];
        for (int i = 0; i < outputs; i++) {
            long at = (long) i * stride - padding;
            first[i] = begin(at);
            last[i] = end(at + kernel - 1);
        }
        return new Span(first, last, jump * stride, even);
    }

    /** What means over all parts of this see, as adaptive pooling takes them. */
    Span adapt(int outputs) {
        int inputs = begins.length;
        long[] first = new long[outputs];
        long[] last = new long[outputs];
        for (int i = 0; i < outputs; i++) {
            first[i] = begin((long) i * inputs / outputs);
            last[i] = end(((i + 1L) * inputs + outputs - 1) / outputs - 1);
        }
        return new Span(first, last, jump * Math.max(1, inputs / outputs), even && inputs % outputs == 0);
    }

    /** What {@code outputs} rows see that each follow from all of this. */
    Span spread(int outputs) {
        long[] first = new long[outputs];
        long[] last = new long[outputs];
        Arrays.fill(first, Arrays.stream(begins).min().orElseThrow());
        Arrays.fill(last, Arrays.stream(ends).max().orElseThrow());
        return new Span(first, last, jump, even);
    }

    /** The hull of several, of which those of one row are seen by every row, as a factor for each channel is. */
    static Span join(List<Span> spans) {
        int outputs = spans.stream().mapToInt(span -> span.begins.length).max().orElseThrow();
        long[] first = new long[outputs];
        long[] last = new long[outputs];
        Arrays.fill(first, Long.MAX_VALUE);
        Arrays.fill(last, Long.MIN_VALUE);
        for (Span span : spans) {
            for (int i = 0; i < outputs; i++) {
                int at = span.begins.length == 1 ? 0 : i;
                first[i] = Math.min(first[i], span.begins[at]);
                last[i] = Math.max(last[i], span.ends[at]);
            }
        }
        List<Span> placed =
                spans.stream().filter(span -> span.begins.length == outputs).toList();
        long widest = placed.stream().mapToLong(span -> span.jump).max().orElseThrow();
        return new Span(first, last, widest, placed.stream().allMatch(span -> span.even && span.jump == widest));
    }

    /** The rows that one output row follows from, of the one that has most. */
    long size() {
        return IntStream.range(0, begins.length)
                .mapToLong(i -> ends[i] - begins[i])
                .max()
                .orElseThrow();
    }

    /** From one output row to the next, in rows of the picture: the largest, if it is not the same on every path. */
    long jump() {
        return jump;
    }

    /** Whether the jump is the same on every path and everywhere. */
    boolean isEven() {
        return even;
    }

    /** The middle of what the first output row follows from, where 0 is the middle of the picture's first row. */
    double firstCentre() {
        return (begins[0] + ends[0] - 1) / 2.0;
    }

    /** The mean share, over output rows, of what they follow from that lies in a picture of this side, in [0, 1]. */
    double inside(int side) {
        return IntStream.range(0, begins.length)
                .mapToDouble(i ->
                        (double) Math.max(0, Math.min(ends[i], side) - Math.max(begins[i], 0)) / (ends[i] - begins[i]))
                .average()
                .orElseThrow();
    }

    /** The first row that an output row follows from; below the first and beyond the last one they go on evenly. */
    long begin(long at) {
        return begins[place(at)] + beyond(at) * jump;
    }

    /** One behind the last row that an output row follows from. */
    long end(long at) {
        return ends[place(at)] + beyond(at) * jump;
    }

    private int place(long at) {
        return (int) Math.max(0, Math.min(at, begins.length - 1));
    }

    private long beyond(long at) {
        return at - place(at);
    }
}
