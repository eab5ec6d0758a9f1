package convoy.architectures.families.wired;

import convoy.architectures.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A random graph whose edges all lead from a lower to a higher node, as Xie, Kirillov, Girshick, He, "Exploring Randomly Wired
 * Neural Networks for Image Recognition", 2019, section 3.3, make networks of: the nodes of an undirected graph are counted,
 * and every edge is directed from the lower to the higher number.
 *
 * @param sources for each node the lower nodes that it reads, rising; empty for those that read what comes into the graph
 */
record RandomGraph(List<List<Integer>> sources) {
    RandomGraph {
        sources = sources.stream().map(List::copyOf).toList();
    }

    /** Which undirected graph is drawn. A graph that is not connected is drawn anew. */
    sealed interface Generator {
        /** The undirected edges of one draw, {@code [lower, higher]}. */
        SortedSet<Edge> draw(int nodes, RandomStream random);
    }

    /** An edge, ordered by its ends. */
    record Edge(int lower, int higher) implements Comparable<Edge> {
        /** From either end to the other. */
        static Edge between(int one, int other) {
            return new Edge(Math.min(one, other), Math.max(one, other));
        }

        @Override
        public int compareTo(Edge other) {
            return lower != other.lower ? Integer.compare(lower, other.lower) : Integer.compare(higher, other.higher);
        }
    }

    /** Erdős and Rényi 1959: each pair has an edge with this probability. */
    record ErdosRenyi(double probability) implements Generator {
        @Override
        public SortedSet<Edge> draw(int nodes, RandomStream random) {
            TreeSet<Edge> edges = new TreeSet<>();
            for (int lower = 0; lower < nodes; lower++) {
                for (int higher = lower + 1; higher < nodes; higher++) {
                    if (random.nextDouble() < probability) {
                        edges.add(new Edge(lower, higher));
                    }
                }
            }
            return edges;
        }
    }

    /** Barabási and Albert 1999: a new node gets this many edges, to the others in proportion to the edges that they have. */
    record BarabasiAlbert(int edgesOfANode) implements Generator {
        @Override
        public SortedSet<Edge> draw(int nodes, RandomStream random) {
            TreeSet<Edge> edges = new TreeSet<>();
            List<Integer> ends = new ArrayList<>();
            for (int node = edgesOfANode; node < nodes; node++) {
                TreeSet<Integer> chosen = new TreeSet<>();
                while (chosen.size() < edgesOfANode) {
                    // The first nodes have no edges yet: the first that comes after them reads all of them.
                    chosen.add(ends.isEmpty() ? chosen.size() : ends.get(random.nextInt(ends.size())));
                }
                for (int other : chosen) {
                    edges.add(new Edge(other, node));
                    ends.add(other);
                    ends.add(node);
                }
            }
            return edges;
        }
    }

    /**
     * Watts and Strogatz 1998: nodes on a ring, each with edges to its nearest neighbours, half of them on each side; then every
     * edge, ring by ring, is led elsewhere with this probability.
     */
    record WattsStrogatz(int neighbours, double probability) implements Generator {
        @Override
        public SortedSet<Edge> draw(int nodes, RandomStream random) {
            TreeSet<Edge> edges = new TreeSet<>();
            for (int distance = 1; distance <= neighbours / 2; distance++) {
                for (int node = 0; node < nodes; node++) {
                    edges.add(Edge.between(node, (node + distance) % nodes));
                }
            }
            for (int distance = 1; distance <= neighbours / 2; distance++) {
                for (int node = 0; node < nodes; node++) {
                    if (random.nextDouble() < probability) {
                        int other = random.nextInt(nodes);
                        while (other == node || edges.contains(Edge.between(node, other))) {
                            other = random.nextInt(nodes);
                        }
                        edges.remove(Edge.between(node, (node + distance) % nodes));
                        edges.add(Edge.between(node, other));
                    }
                }
            }
            return edges;
        }
    }

    /**
     * The graph of a stream: connected, and a function of where the stream begins.
     *
     * @param nodes how many; more than any generator's neighbours
     */
    static RandomGraph of(int nodes, Generator generator, RandomStream random) {
        while (true) {
            SortedSet<Edge> edges = generator.draw(nodes, random);
            if (isConnected(nodes, edges)) {
                List<List<Integer>> sources = new ArrayList<>();
                for (int node = 0; node < nodes; node++) {
                    int higher = node;
                    sources.add(edges.stream()
                            .filter(edge -> edge.higher == higher)
                            .map(Edge::lower)
                            .toList());
                }
                return new RandomGraph(sources);
            }
        }
    }

    /** The nodes that no other reads. */
    List<Integer> ends() {
        List<Integer> ends = new ArrayList<>();
        for (int node = 0; node < sources.size(); node++) {
            int end = node;
            if (sources.stream().noneMatch(read -> read.contains(end))) {
                ends.add(node);
            }
        }
        return ends;
    }

    private static boolean isConnected(int nodes, SortedSet<Edge> edges) {
        TreeSet<Integer> reached = new TreeSet<>(List.of(0));
        int before = 0;
        while (reached.size() > before) {
            before = reached.size();
            for (Edge edge : edges) {
                if (reached.contains(edge.lower) || reached.contains(edge.higher)) {
                    reached.add(edge.lower);
                    reached.add(edge.higher);
                }
            }
        }
        return reached.size() == nodes;
    }
}
