package convoy.architectures.drawing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places rectangles in ranks so that all links point down: Sugiyama, Tagawa, Toda 1981. A rectangle's rank is the longest
 * path to it; a link that passes ranks gets a bend in each, as if there were a thin rectangle; rectangles of a rank are
 * ordered by the mean place of their neighbours; and they are moved towards their neighbours as far as those beside them
 * let them, which is an isotonic regression.
 */
final class Ranks {
    private static final double RANK_GAP = 32;
    private static final double LAST_GAP = 16;
    private static final double GAP = 26;
    private static final double BEND_GAP = 16;
    private static final double BEND_PULL = 30;
    private static final double CHAIN_PULL = 30;
    private static final int ORDER_SWEEPS = 12;
    private static final int PLACE_SWEEPS = 4000;
    private static final int STRAIGHTEN_SWEEPS = 50;
    private static final double STILL = 1e-3;

    /** A rectangle to place. */
    record Size(double width, double height) {}

    /**
     * A link from the bottom of one rectangle to the top of another; ports are measured from their left sides. The
     * stronger its pull, the straighter it will be.
     */
    record Link(int from, double fromPort, int to, double toPort, double pull) {}

    /** A point; y grows downwards. */
    record Point(double x, double y) {}

    private record Piece(int from, double fromPort, int to, double toPort, double pull) {}

    private final List<Size> sizes;
    private final List<Link> links;
    private final int real;
    private final List<Integer> rankOf = new ArrayList<>();
    private final List<List<Integer>> ranks = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final List<List<Integer>> bends = new ArrayList<>();
    private double[] x = {};
    private double[] y = {};

    /**
     * Places rectangles.
     *
     * @param sizes of the rectangles, in an order in which links point forwards
     * @param links between them
     * @param sinks of the rectangles, the last ones, that stand in a rank of their own at the bottom
     */
    Ranks(List<Size> sizes, List<Link> links, int sinks) {
        this.sizes = new ArrayList<>(sizes);
        this.links = List.copyOf(links);
        this.real = sizes.size();
        rank(sinks);
        bend();
        order();
        place(sinks);
    }

    /** The left side of a rectangle. */
    double left(int rectangle) {
        return x[rectangle] - sizes.get(rectangle).width() / 2;
    }

    /** The top of a rectangle. */
    double top(int rectangle) {
        return y[rectangle];
    }

    /** The least width that holds everything. */
    double width() {
        double right = 0;
        for (int i = 0; i < sizes.size(); i++) {
            right = Math.max(right, x[i] + sizes.get(i).width() / 2);
        }
        return right;
    }

    /** The least height that holds everything. */
    double height() {
        double bottom = 0;
        for (int i = 0; i < sizes.size(); i++) {
            bottom = Math.max(bottom, y[i] + sizes.get(i).height());
        }
        return bottom;
    }

    /** The points that a link runs through, first and last at its ports. */
    List<Point> route(int link) {
        Link whole = links.get(link);
        List<Point> points = new ArrayList<>();
        points.add(new Point(
                left(whole.from()) + whole.fromPort(),
                y[whole.from()] + sizes.get(whole.from()).height()));
        for (int bend : bends.get(link)) {
            points.add(new Point(x[bend], y[bend]));
            points.add(new Point(x[bend], y[bend] + height(rankOf.get(bend))));
        }
        points.add(new Point(left(whole.to()) + whole.toPort(), y[whole.to()]));
        return points;
    }

    private void rank(int sinks) {
        int[] rank = new int[real];
        int deepest = 0;
        for (int i = 0; i < real; i++) {
            for (Link link : links) {
                if (link.to() == i) {
                    rank[i] = Math.max(rank[i], rank[link.from()] + 1);
                }
            }
            deepest = Math.max(deepest, rank[i]);
        }
        for (int i = real - sinks; i < real; i++) {
            rank[i] = deepest;
        }
        for (int i = 0; i <= deepest; i++) {
            ranks.add(new ArrayList<>());
        }
        for (int i = 0; i < real; i++) {
            rankOf.add(rank[i]);
            ranks.get(rank[i]).add(i);
        }
    }

    private void bend() {
        for (Link link : links) {
            List<Integer> ofLink = new ArrayList<>();
            int from = link.from();
            double fromPort = link.fromPort() - sizes.get(from).width() / 2;
            for (int rank = rankOf.get(link.from()) + 1; rank < rankOf.get(link.to()); rank++) {
                int bend = sizes.size();
                sizes.add(new Size(0, 0));
                rankOf.add(rank);
                ranks.get(rank).add(bend);
                ofLink.add(bend);
                // Long links stay straight first; a curve in one would be seen in every rank.
                pieces.add(
                        new Piece(from, fromPort, bend, 0, from >= real || onlyWayOut(link) ? BEND_PULL : link.pull()));
                from = bend;
                fromPort = 0;
            }
            double toPort = link.toPort() - sizes.get(link.to()).width() / 2;
            pieces.add(new Piece(from, fromPort, link.to(), toPort, onlyWay(link) ? CHAIN_PULL : link.pull()));
            bends.add(ofLink);
        }
    }

    /** Whether a link is the only one from its start and the only one to its end, as inside a branch. */
    private boolean onlyWay(Link link) {
        return onlyWayOut(link)
                && links.stream().filter(other -> other.to() == link.to()).count() == 1;
    }

    private boolean onlyWayOut(Link link) {
        return links.stream().filter(other -> other.from() == link.from()).count() == 1;
    }

    private void order() {
        List<List<Integer>> best = copy();
        int fewest = crossings();
        for (int sweep = 0; sweep < ORDER_SWEEPS && fewest > 0; sweep++) {
            boolean down = sweep % 2 == 0;
            Map<Integer, Double> place = new HashMap<>();
            List<List<Integer>> direction = new ArrayList<>(ranks);
            if (!down) {
                Collections.reverse(direction);
            }
            for (List<Integer> rank : direction) {
                Map<Integer, Double> wish = new HashMap<>();
                for (int i = 0; i < rank.size(); i++) {
                    int rectangle = rank.get(i);
                    double own = i;
                    wish.put(
                            rectangle,
                            pieces.stream()
                                    .filter(piece -> (down ? piece.to() : piece.from()) == rectangle)
                                    .mapToDouble(piece -> place.getOrDefault(down ? piece.from() : piece.to(), own)
                                            // A port to the right of another is to the right of it here as well.
                                            + 1e-4 * (down ? piece.fromPort() : piece.toPort()))
                                    .average()
                                    .orElse(own));
                }
                rank.sort(Comparator.comparingDouble(rectangle -> wish.getOrDefault(rectangle, 0.0)));
                for (int i = 0; i < rank.size(); i++) {
                    place.put(rank.get(i), (double) i);
                }
            }
            int now = crossings();
            if (now < fewest) {
                fewest = now;
                best = copy();
            }
        }
        for (int i = 0; i < ranks.size(); i++) {
            ranks.set(i, best.get(i));
        }
    }

    private List<List<Integer>> copy() {
        List<List<Integer>> copy = new ArrayList<>();
        ranks.forEach(rank -> copy.add(new ArrayList<>(rank)));
        return copy;
    }

    private int crossings() {
        int[] place = new int[sizes.size()];
        for (List<Integer> rank : ranks) {
            for (int i = 0; i < rank.size(); i++) {
                place[rank.get(i)] = i;
            }
        }
        int crossings = 0;
        for (int i = 0; i < pieces.size(); i++) {
            for (int j = 0; j < i; j++) {
                Piece a = pieces.get(i);
                Piece b = pieces.get(j);
                if (rankOf.get(a.from()).equals(rankOf.get(b.from()))) {
                    int above = Integer.compare(place[a.from()], place[b.from()]);
                    int below = Integer.compare(place[a.to()], place[b.to()]);
                    crossings += above * below < 0 ? 1 : 0;
                }
            }
        }
        return crossings;
    }

    private void place(int sinks) {
        x = new double[sizes.size()];
        y = new double[sizes.size()];
        double top = 0;
        for (int rank = 0; rank < ranks.size(); rank++) {
            double at = 0;
            for (int i = 0; i < ranks.get(rank).size(); i++) {
                int rectangle = ranks.get(rank).get(i);
                at += i == 0 ? 0 : distance(ranks.get(rank).get(i - 1), rectangle);
                x[rectangle] = at;
                y[rectangle] = top;
            }
            for (int rectangle : ranks.get(rank)) {
                x[rectangle] -= at / 2;
            }
            top += height(rank) + (rank == ranks.size() - 2 && sinks > 0 ? LAST_GAP : RANK_GAP);
        }
        List<List<Piece>> touching = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            touching.add(new ArrayList<>());
        }
        for (Piece piece : pieces) {
            touching.get(piece.from()).add(piece);
            touching.get(piece.to()).add(piece);
        }
        settle(touching, 1, PLACE_SWEEPS);
        // Then what is nearly straight becomes straight.
        settle(touching, 1e6, STRAIGHTEN_SWEEPS);
        double left = 0;
        for (int i = 0; i < sizes.size(); i++) {
            left = Math.min(left, x[i] - sizes.get(i).width() / 2);
        }
        for (int i = 0; i < x.length; i++) {
            x[i] -= left;
        }
    }

    private void settle(List<List<Piece>> touching, double stiffness, int sweeps) {
        double moved = Double.POSITIVE_INFINITY;
        for (int sweep = 0; sweep < sweeps && moved > STILL; sweep++) {
            moved = 0;
            for (int i = 0; i < ranks.size(); i++) {
                List<Integer> rank = ranks.get(sweep % 2 == 0 ? i : ranks.size() - 1 - i);
                moved = Math.max(moved, pull(rank, touching, stiffness));
            }
        }
    }

    private double height(int rank) {
        return ranks.get(rank).stream()
                .mapToDouble(rectangle -> sizes.get(rectangle).height())
                .max()
                .orElse(0);
    }

    /** The least distance between the centres of neighbours. */
    private double distance(int left, int right) {
        double gap = left >= real || right >= real ? BEND_GAP : GAP;
        return (sizes.get(left).width() + sizes.get(right).width()) / 2 + gap;
    }

    /**
     * Moves a rank's rectangles to where their links would be straight, as near as their distances allow.
     *
     * @return how far one has moved
     */
    private double pull(List<Integer> rank, List<List<Piece>> touching, double stiffness) {
        double[] wish = new double[rank.size()];
        double[] weight = new double[rank.size()];
        double[] offset = new double[rank.size()];
        for (int i = 0; i < rank.size(); i++) {
            int rectangle = rank.get(i);
            offset[i] = i == 0 ? 0 : offset[i - 1] + distance(rank.get(i - 1), rectangle);
            double sum = 0;
            for (Piece piece : touching.get(rectangle)) {
                double straight = piece.to() == rectangle
                        ? x[piece.from()] + piece.fromPort() - piece.toPort()
                        : x[piece.to()] + piece.toPort() - piece.fromPort();
                double pull = piece.pull() > 1 ? stiffness * piece.pull() : piece.pull();
                sum += pull * straight;
                weight[i] += pull;
            }
            wish[i] = (weight[i] == 0 ? x[rectangle] : sum / weight[i]) - offset[i];
            weight[i] = Math.max(weight[i], 1e-6);
        }
        double[] fitted = isotonic(wish, weight);
        double moved = 0;
        for (int i = 0; i < rank.size(); i++) {
            double now = fitted[i] + offset[i];
            moved = Math.max(moved, Math.abs(now - x[rank.get(i)]));
            x[rank.get(i)] = now;
        }
        return moved;
    }

    /** The ascending numbers with the least weighted squared distance from those given (pool adjacent violators). */
    static double[] isotonic(double[] wish, double[] weight) {
        double[] mean = new double[wish.length];
        double[] mass = new double[wish.length];
        int[] count = new int[wish.length];
        int pools = 0;
        for (int i = 0; i < wish.length; i++) {
            mean[pools] = wish[i];
            mass[pools] = weight[i];
            count[pools] = 1;
            pools++;
            while (pools > 1 && mean[pools - 2] > mean[pools - 1]) {
                double together = mass[pools - 2] + mass[pools - 1];
                mean[pools - 2] = (mean[pools - 2] * mass[pools - 2] + mean[pools - 1] * mass[pools - 1]) / together;
                mass[pools - 2] = together;
                count[pools - 2] += count[pools - 1];
                pools--;
            }
        }
        double[] fitted = new double[wish.length];
        int at = 0;
        for (int pool = 0; pool < pools; pool++) {
            Arrays.fill(fitted, at, at + count[pool], mean[pool]);
            at += count[pool];
        }
        return fitted;
    }
}
