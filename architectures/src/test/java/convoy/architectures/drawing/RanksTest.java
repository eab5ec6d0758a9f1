package convoy.architectures.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.drawing.Ranks.Link;
import convoy.architectures.drawing.Ranks.Point;
import convoy.architectures.drawing.Ranks.Size;
import convoy.architectures.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RanksTest {
    @Test
    void isotonicRegressionPoolsWhatViolates() {
        assertThat(Ranks.isotonic(new double[] {1, 2, 3}, new double[] {1, 1, 1}))
                .containsExactly(1, 2, 3);
        assertThat(Ranks.isotonic(new double[] {3, 1, 2}, new double[] {1, 1, 1}))
                .containsExactly(2, 2, 2);
        assertThat(Ranks.isotonic(new double[] {4, 1, 9}, new double[] {2, 1, 1}))
                .containsExactly(3, 3, 9);
        assertThat(Ranks.isotonic(new double[] {}, new double[] {})).isEmpty();
    }

    @Test
    void aDiamondIsSymmetric() {
        Size size = new Size(100, 40);
        List<Link> links = List.of(
                new Link(0, 50, 1, 50, 1),
                new Link(0, 50, 2, 50, 1),
                new Link(1, 50, 3, 50, 1),
                new Link(2, 50, 3, 50, 1));
        Ranks ranks = new Ranks(List.of(size, size, size, size), links, 0);
        assertThat(ranks.left(0)).isCloseTo(ranks.left(3), within(0.1));
        assertThat(ranks.left(1) + ranks.left(2)).isCloseTo(2 * ranks.left(0), within(0.1));
        assertThat(ranks.top(1)).isEqualTo(ranks.top(2));
        assertThat(ranks.width()).isCloseTo(226, within(0.1));
    }

    @Test
    void aLongLinkPassesBesideWhatItSkips() {
        Size size = new Size(100, 40);
        List<Link> links = List.of(new Link(0, 50, 1, 50, 1), new Link(1, 50, 2, 50, 1), new Link(0, 50, 2, 50, 1));
        Ranks ranks = new Ranks(List.of(size, size, size), links, 0);
        List<Point> route = ranks.route(2);
        assertThat(route).hasSize(4);
        Point bend = route.get(1);
        assertThat(bend.y()).isEqualTo(ranks.top(1));
        assertThat(bend.x() < ranks.left(1) || bend.x() > ranks.left(1) + 100).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyGraphHasNoOverlapsAndOnlyDownwardLinks(long seed) {
        RandomStream random = RandomStream.of(seed, "graph");
        int count = 4 + random.nextInt(20);
        List<Size> sizes = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sizes.add(new Size(20 + random.nextInt(200), 10 + random.nextInt(100)));
            for (int j = 0; j < i; j++) {
                if (random.nextInt(4) == 0) {
                    links.add(new Link(j, random.nextInt(20), i, random.nextInt(20), 1));
                }
            }
        }
        Ranks ranks = new Ranks(sizes, links, 0);
        for (int i = 0; i < count; i++) {
            assertThat(ranks.left(i)).isGreaterThanOrEqualTo(-1e-9);
            assertThat(ranks.left(i) + sizes.get(i).width()).isLessThanOrEqualTo(ranks.width() + 1e-9);
            for (int j = 0; j < i; j++) {
                boolean beside = ranks.left(i) >= ranks.left(j) + sizes.get(j).width()
                        || ranks.left(j) >= ranks.left(i) + sizes.get(i).width();
                boolean above = ranks.top(i) >= ranks.top(j) + sizes.get(j).height()
                        || ranks.top(j) >= ranks.top(i) + sizes.get(i).height();
                assertThat(beside || above)
                        .as("%d and %d of seed %d", i, j, seed)
                        .isTrue();
            }
        }
        for (Link link : links) {
            assertThat(ranks.top(link.to()))
                    .isGreaterThan(
                            ranks.top(link.from()) + sizes.get(link.from()).height());
        }
    }
}
