package convoy.worker.data;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Sha256;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.DatasetInfo.Part;
import convoy.worker.data.format.DatasetInfoBuilder;
import convoy.worker.data.split.RowKeys;
import convoy.worker.data.split.RowSet;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Describes a data set whose rows are those of others, which stay where they are. Its {@code dataset.json} names them, with their
 * fingerprints and which of their rows are meant, and is all that it has of its own.
 *
 * <p>A row's id is that in its own data set with a mark of that data set's name: the same whatever it is joined with, so that what follows
 * from ids, as augmentation, does not change when other data come in.
 */
public final class JoinedData {
    /** More copies of a row are a mistake. */
    private static final int MOST_COPIES = 1000;

    private static final int MARK_BYTES = 8;

    private JoinedData() {}

    /**
     * One of those that are joined.
     *
     * @param name its own among them, which is to stay the same as long as its rows do, without a slash
     * @param rows a data set with files of its own, or a part of one
     * @param times how often a row comes, 1 or more: with 2.5 half of the rows of each class come twice and the others three times; copies
     *     of a row are augmented as if they were rows of their own
     */
    public record Member(String name, DataSet rows, double times) {
        public Member {
            if (name.isEmpty() || name.contains("/")) {
                throw new BadInputException(
                        "a data set is joined under the name '" + name + "': give one without a slash");
            }
            if (!(times >= 1 && times <= MOST_COPIES)) {
                throw new BadInputException("each row of " + name + " is to come " + times
                        + " times, and 1 to " + MOST_COPIES
                        + " are possible: give its rows a smaller share, or leave out"
                        + " what has hardly a row");
            }
        }

        /**
         * {@return a data set of which every row comes once}
         *
         * @param name its own among those that are joined
         * @param rows a data set with files of its own, or a part of one
         */
        public static Member of(String name, DataSet rows) {
            return new Member(name, rows, 1);
        }
    }

    /** Whole rows of one data set that stand where a file would. */
    private record Piece(String name, DataSet rows) {}

    /**
     * {@return what the {@code dataset.json} of the data set says that they make up}
     *
     * @param members in their order, one or more
     * @throws BadInputException if they do not go together: other classes, channels or encoding, one that is joined itself, two of one name
     */
    public static DatasetInfo describe(List<Member> members) {
        if (members.isEmpty()) {
            throw new BadInputException("no data set is given that could be joined: name one or more");
        }
        DataSet first = members.get(0).rows();
        List<Piece> pieces = new ArrayList<>();
        for (Member member : members) {
            requireFits(first, member.rows());
            pieces.addAll(pieces(member));
        }
        requireOwnNames(pieces);
        List<DataSet> sets = pieces.stream().map(Piece::rows).toList();
        boolean sameSizes = sets.stream()
                .allMatch(one -> one.info().height() == first.info().height()
                        && one.info().width() == first.info().width());
        Figures figures = Figures.of(sets);
        DatasetInfo plain = DatasetInfo.of(
                first.info().classes(),
                figures.mean(),
                figures.std(),
                first.info().encoding(),
                sameSizes ? first.info().height() : 0,
                sameSizes ? first.info().width() : 0,
                first.info().channels(),
                pieces.stream().map(JoinedData::file).toList());
        return DatasetInfoBuilder.builder(plain)
                .parts(sets.stream().map(JoinedData::part).toList())
                .build();
    }

    private static void requireFits(DataSet first, DataSet other) {
        other.info().requireOneLabel(other.uri(), "joining data sets", "import all pictures as one data set");
        first.requireSameClasses(other);
        requireFiles(other.uri(), other.info());
        if (first.info().encoding() != other.info().encoding()) {
            throw new BadInputException("data set " + other.uri() + " has pictures "
                    + text(other.info().encoding()) + ", " + first.uri() + " has them "
                    + text(first.info().encoding()) + ": import both with the same --store");
        }
    }

    /** Refuses a data set that is joined of others itself. */
    static void requireFiles(String uri, DatasetInfo info) {
        if (!info.parts().isEmpty()) {
            throw new BadInputException(
                    "data set " + uri + " is joined of others itself: name those that it is joined of instead");
        }
    }

    private static String text(DatasetInfo.Encoding encoding) {
        return switch (encoding) {
            case RAW -> "as planes of bytes";
            case ENCODED -> "as JPEG and PNG files";
        };
    }

    private static List<Piece> pieces(Member member) {
        List<Piece> pieces = new ArrayList<>();
        int whole = (int) member.times();
        for (int copy = 0; copy < whole; copy++) {
            pieces.add(new Piece(copyName(member.name(), copy), member.rows()));
        }
        double rest = member.times() - whole;
        if (rest > 0) {
            String name = copyName(member.name(), whole);
            RowKeys keys = member.rows().keys();
            RowSet some = keys.some(rest, mark(name));
            if (some.size() > 0) {
                pieces.add(new Piece(name, member.rows().narrowed(some)));
            }
        }
        return pieces;
    }

    private static String copyName(String name, int copy) {
        return copy == 0 ? name : name + "+" + copy;
    }

    /** Ids are told apart by the upper halves of the marks, as an import numbers its rows from 0 on. */
    private static void requireOwnNames(List<Piece> pieces) {
        Map<Long, String> seen = new HashMap<>();
        for (Piece piece : pieces) {
            String before = seen.put(mark(piece.name()) >>> Integer.SIZE, piece.name());
            if (before != null) {
                throw new BadInputException("data sets are joined under the names " + before + " and " + piece.name()
                        + (before.equals(piece.name())
                                ? ", which are the same: give each its own"
                                : ", whose rows would get the same ids: rename one of them"));
            }
        }
    }

    private static DataFile file(Piece piece) {
        DataSet rows = piece.rows();
        Part part = part(rows);
        return new DataFile(
                piece.name(),
                rows.info().files().stream().mapToLong(DataFile::bytes).sum(),
                Sha256.digits(part.fingerprint() + "\n" + part.rows().orElse("all") + "\n"),
                rows.rowGroupRows());
    }

    private static Part part(DataSet rows) {
        return new Part(rows.uri(), rows.info().fingerprint(), rows.part().map(JoinedData::text));
    }

    /** What is added to the ids of the rows of a name, by exclusive or: eight bytes of its SHA-256. */
    static long mark(String name) {
        return new BigInteger(Sha256.digits(name).substring(0, 2 * MARK_BYTES), 16).longValue();
    }

    private static String text(RowSet rows) {
        ByteBuffer bytes = ByteBuffer.allocate(rows.words().length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(rows.words());
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /**
     * What {@link #text(RowSet)} made.
     *
     * @throws IllegalArgumentException if it is none of a data set of so many rows
     */
    static RowSet rows(String text, int of) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length % Long.BYTES != 0) {
            throw new IllegalArgumentException(Counts.plain(bytes.length, "byte"));
        }
        long[] words = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
        return new RowSet(of, words);
    }

    /**
     * Mean and standard deviation of each channel over all rows, each row counting alike: exact where pictures have one size.
     *
     * @param mean empty if one of them does not know its own
     * @param std likewise
     */
    private record Figures(List<Double> mean, List<Double> std) {
        static Figures of(List<DataSet> sets) {
            if (sets.stream().anyMatch(one -> one.info().mean().isEmpty())) {
                return new Figures(List.of(), List.of());
            }
            double rows = sets.stream().mapToLong(DataSet::rows).sum();
            int channels = sets.get(0).info().channels();
            double[] mean = new double[channels];
            double[] squares = new double[channels];
            for (DataSet one : sets) {
                double weight = one.rows() / rows;
                for (int c = 0; c < channels; c++) {
                    double m = one.info().mean().get(c);
                    double s = one.info().std().get(c);
                    mean[c] += weight * m;
                    squares[c] += weight * (s * s + m * m);
                }
            }
            return new Figures(
                    Arrays.stream(mean).boxed().toList(),
                    IntStream.range(0, channels)
                            .mapToObj(c -> Math.sqrt(squares[c] - mean[c] * mean[c]))
                            .toList());
        }
    }
}
