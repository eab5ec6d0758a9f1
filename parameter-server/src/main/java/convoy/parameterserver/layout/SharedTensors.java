package convoy.parameterserver.layout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the tensors that two layouts have in common lie in both. A run that trains a part of a network has that part's layout
 * beside the whole one's.
 *
 * @param pieces in the order of the first layout; neighbours in both are one
 */
public record SharedTensors(List<Piece> pieces) {
    /**
     * A stretch that is the same in both.
     *
     * @param from where it begins in the first layout
     * @param to where it begins in the second
     * @param length of it
     */
    public record Piece(int from, int to, int length) {}

    /** Keeps a copy of the list. */
    public SharedTensors {
        pieces = List.copyOf(pieces);
    }

    /**
     * Finds tensors of the same name.
     *
     * @param first a layout
     * @param second another
     * @return what both have
     * @throws IllegalArgumentException if one has another shape or role in the other layout
     */
    public static SharedTensors of(ParameterLayout first, ParameterLayout second) {
        Map<String, Segment> others = new HashMap<>();
        second.segments().forEach(segment -> others.put(segment.name(), segment));
        List<Piece> pieces = new ArrayList<>();
        for (Segment segment : first.segments()) {
            Segment other = others.get(segment.name());
            if (other == null) {
                continue;
            }
            if (!other.shape().equals(segment.shape()) || other.role() != segment.role()) {
                throw new IllegalArgumentException("tensor '" + segment.name() + "' is a " + segment.role()
                        + " of shape " + segment.shape() + " in one layout and a " + other.role() + " of shape "
                        + other.shape() + " in the other");
            }
            Piece piece = new Piece(segment.begin(), other.begin(), segment.size());
            if (!pieces.isEmpty()) {
                Piece last = pieces.get(pieces.size() - 1);
                if (last.from + last.length == piece.from && last.to + last.length == piece.to) {
                    pieces.remove(pieces.size() - 1);
                    piece = new Piece(last.from, last.to, last.length + piece.length);
                }
            }
            pieces.add(piece);
        }
        return new SharedTensors(pieces);
    }

    /**
     * Copies what both have from a flat vector of the first layout into one of the second.
     *
     * @param first a flat vector of the first layout, left as it is
     * @param second one of the second, overwritten where both have something
     */
    public void copy(float[] first, float[] second) {
        for (Piece piece : pieces) {
            System.arraycopy(first, piece.from, second, piece.to, piece.length);
        }
    }
}
