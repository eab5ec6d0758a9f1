package convoy.parameterserver.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape of the sum, and a worker's part of it. */
final class SumTreeTest {
    /** The definition, written down a second time: the sum of a node as text with all its brackets. */
    private static String brackets(int begin, int end) {
        if (end - begin == 1) {
            return Integer.toString(begin);
        }
        int power = 1;
        while (2 * power < end - begin) {
            power *= 2;
        }
        return "(" + brackets(begin, begin + power) + "+" + brackets(begin + power, end) + ")";
    }

    @Test
    void sevenLeaves() {
        SumTree tree = new SumTree(7);
        assertThat(tree.root()).isEqualTo(new Subtree(0, 7));
        assertThat(tree.sibling(new Subtree(0, 4))).contains(new Subtree(4, 7));
        assertThat(tree.sibling(new Subtree(6, 7))).contains(new Subtree(4, 6));
        assertThat(tree.parent(new Subtree(4, 6))).contains(new Subtree(4, 7));
        assertThat(tree.sibling(tree.root())).isEmpty();
        assertThat(tree.contains(new Subtree(2, 4))).isTrue();
        assertThat(tree.contains(new Subtree(1, 3))).isFalse();
        assertThat(tree.contains(new Subtree(5, 7))).isFalse();
        assertThat(tree.contains(new Subtree(4, 9))).isFalse();
        assertThat(tree.cover(1, 7)).containsExactly(new Subtree(1, 2), new Subtree(2, 4), new Subtree(4, 7));
        assertThat(tree.cover(3, 3)).isEmpty();
        assertThat(brackets(0, 7)).isEqualTo("(((0+1)+(2+3))+((4+5)+6))");
    }

    @Test
    void everyNodeKnowsItsPlace() {
        for (int leaves = 1; leaves <= 40; leaves++) {
            SumTree tree = new SumTree(leaves);
            List<Subtree> nodes = nodes(tree);
            assertThat(nodes).hasSize(2 * leaves - 1);
            for (Subtree node : nodes) {
                if (node.equals(tree.root())) {
                    assertThat(tree.parent(node)).isEmpty();
                    continue;
                }
                Subtree parent = tree.parent(node).orElseThrow();
                Subtree sibling = tree.sibling(node).orElseThrow();
                assertThat(nodes).contains(parent, sibling);
                assertThat(tree.sibling(sibling)).contains(node);
                assertThat(parent.leaves()).isEqualTo(node.leaves() + sibling.leaves());
                assertThat(parent.covers(node) && parent.covers(sibling)).isTrue();
                // The left child is the larger, and a power of two.
                Subtree left = node.begin() == parent.begin() ? node : sibling;
                assertThat(Integer.bitCount(left.leaves())).isEqualTo(1);
                assertThat(2 * left.leaves()).isGreaterThanOrEqualTo(parent.leaves());
            }
        }
    }

    @Test
    void coversAreTheFewestNodes() {
        for (int leaves = 1; leaves <= 17; leaves++) {
            SumTree tree = new SumTree(leaves);
            List<Subtree> nodes = nodes(tree);
            for (int begin = 0; begin <= leaves; begin++) {
                for (int end = begin; end <= leaves; end++) {
                    List<Subtree> cover = tree.cover(begin, end);
                    int next = begin;
                    for (Subtree node : cover) {
                        assertThat(node.begin()).isEqualTo(next);
                        assertThat(nodes).contains(node);
                        next = node.end();
                    }
                    assertThat(next).isEqualTo(end);
                    for (Subtree node : cover) {
                        boolean largest = tree.parent(node).isEmpty()
                                || tree.parent(node).get().begin() < begin
                                || tree.parent(node).get().end() > end;
                        assertThat(largest).isTrue();
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aWorkersLeavesMeetInAnyOrder(long seed) {
        Random random = new Random(seed);
        int leaves = 1 + random.nextInt(33);
        SumTree tree = new SumTree(leaves);
        float[][] gradients = new float[leaves][3];
        for (float[] gradient : gradients) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (random.nextFloat() - 0.5f) * (1 << random.nextInt(20));
            }
        }
        List<Integer> order = new ArrayList<>();
        for (int leaf = 0; leaf < leaves; leaf++) {
            order.add(leaf);
        }
        Collections.shuffle(order, random);
        SubtreeSum sum = new SubtreeSum(tree, 3);
        Subtree last = tree.root();
        for (int leaf : order) {
            float[] gradient = sum.buffer();
            System.arraycopy(gradients[leaf], 0, gradient, 0, 3);
            last = sum.add(leaf, leaf + 1, gradient);
            assertThat(sum.held()).contains(last);
        }
        assertThat(last).isEqualTo(tree.root());
        SubtreeSum.Node node = sum.take(tree.root()).orElseThrow();
        assertThat(node.sums()).isEqualTo(expected(gradients, 0, leaves));
        assertThat(node.examples()).isEqualTo(leaves * (leaves + 1) / 2);
        assertThat(sum.held()).isEmpty();
    }

    private static float[] expected(float[][] gradients, int begin, int end) {
        if (end - begin == 1) {
            return gradients[begin].clone();
        }
        int power = 1;
        while (2 * power < end - begin) {
            power *= 2;
        }
        float[] left = expected(gradients, begin, begin + power);
        float[] right = expected(gradients, begin + power, end);
        for (int i = 0; i < left.length; i++) {
            left[i] += right[i];
        }
        return left;
    }

    @Test
    void needsFewArrays() {
        int leaves = 64;
        SubtreeSum sum = new SubtreeSum(new SumTree(leaves), 1);
        List<float[]> lent = new ArrayList<>();
        for (int leaf = 0; leaf < leaves; leaf++) {
            float[] buffer = sum.buffer();
            if (lent.stream().noneMatch(other -> other == buffer)) {
                lent.add(buffer);
            }
            sum.add(leaf, 1, buffer);
        }
        assertThat(lent).hasSize(7);
    }

    @Test
    void forgetsWhatIsTakenOrCleared() {
        SubtreeSum sum = new SubtreeSum(new SumTree(4), 1);
        sum.add(0, 1, new float[1]);
        assertThat(sum.take(new Subtree(0, 2))).isEmpty();
        assertThat(sum.take(new Subtree(0, 1))).isPresent();
        assertThat(sum.take(new Subtree(0, 1))).isEmpty();
        sum.add(2, 1, new float[1]);
        sum.clear();
        assertThat(sum.held()).isEmpty();
    }

    @Test
    void refusesWhatIsNotThere() {
        SumTree tree = new SumTree(4);
        SubtreeSum sum = new SubtreeSum(tree, 2);
        sum.add(1, 1, new float[2]);
        assertThatThrownBy(() -> sum.add(1, 1, new float[2])).hasMessage("micro-batch 1 is already part of [1, 2)");
        assertThatThrownBy(() -> sum.add(4, 1, new float[2])).hasMessage("micro-batch 4: a step has 4");
        assertThatThrownBy(() -> sum.add(0, 1, new float[3])).hasMessageContaining("3 floats: this sum has 2");
        assertThatThrownBy(() -> sum.release(new float[1])).hasMessageContaining("1 float");
        assertThatThrownBy(() -> tree.parent(new Subtree(1, 3))).hasMessageContaining("no node");
        assertThatThrownBy(() -> tree.cover(0, 5)).hasMessage("micro-batches [0, 5): a step has [0, 4)");
        assertThatThrownBy(() -> new SumTree(0)).hasMessage("micro-batches = 0: use 1 to 65536");
        assertThatThrownBy(() -> new Subtree(2, 2)).hasMessageContaining("subtree [2, 2)");
    }

    private static List<Subtree> nodes(SumTree tree) {
        List<Subtree> nodes = new ArrayList<>();
        for (int begin = 0; begin < tree.leaves(); begin++) {
            for (int end = begin + 1; end <= tree.leaves(); end++) {
                if (tree.contains(new Subtree(begin, end))) {
                    nodes.add(new Subtree(begin, end));
                }
            }
        }
        return nodes;
    }
}
