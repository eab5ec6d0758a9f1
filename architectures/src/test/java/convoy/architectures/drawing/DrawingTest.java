package convoy.architectures.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import convoy.architectures.Catalogue;
import convoy.architectures.drawing.Layout.Curve;
import convoy.architectures.drawing.Layout.Frame;
import convoy.architectures.drawing.Layout.Placed;
import convoy.architectures.drawing.Ranks.Point;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

final class DrawingTest {
    static List<String> names() {
        return Catalogue.all().stream().map(Entry::name).toList();
    }

    /** Laid out once for all tests. */
    private static final Map<String, Layout> LAYOUTS = new HashMap<>();

    private static Network network(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    private static Layout layout(String name) {
        return LAYOUTS.computeIfAbsent(name, drawn -> Layout.of(Folding.of(Sketch.of(network(drawn)))));
    }

    private static List<String> titles(String name) {
        return layout(name).frames().stream().map(Frame::title).toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void boxesDoNotOverlapAndStandInThePicture(String name) {
        requireApart(layout(name));
    }

    private static void requireApart(Layout layout) {
        List<Placed> boxes = layout.boxes();
        for (int i = 0; i < boxes.size(); i++) {
            Placed a = boxes.get(i);
            assertThat(a.x()).isBetween(0.0, layout.width() - a.width());
            assertThat(a.y()).isBetween(0.0, layout.height() - a.height());
            for (Placed b : boxes.subList(0, i)) {
                boolean apart = a.x() >= b.x() + b.width()
                        || b.x() >= a.x() + a.width()
                        || a.y() >= b.y() + b.height()
                        || b.y() >= a.y() + a.height();
                if (!apart) {
                    fail("%s is not apart from %s", a.box().path(), b.box().path());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void allArrowsRunDown(String name) {
        for (Curve curve : layout(name).curves()) {
            for (int i = 1; i < curve.points().size(); i++) {
                Point from = curve.points().get(i - 1);
                assertThat(curve.points().get(i).y()).isGreaterThanOrEqualTo(from.y());
            }
        }
    }

    /** Frames hold what their titles say, nothing else, and do not cut each other. */
    @ParameterizedTest
    @MethodSource("names")
    void framesHoldTheirBoxesAlone(String name) {
        Layout layout = layout(name);
        for (Frame frame : layout.frames()) {
            String prefix = frame.path() + ".";
            for (Placed placed : layout.boxes()) {
                boolean inside = placed.x() >= frame.x()
                        && placed.y() >= frame.y()
                        && placed.x() + placed.width() <= frame.x() + frame.width()
                        && placed.y() + placed.height() <= frame.y() + frame.height();
                if (inside != placed.box().path().startsWith(prefix)) {
                    fail("%s is%s in %s", placed.box().path(), inside ? "" : " not", frame.title());
                }
            }
        }
    }

    /** Every node can be found: in a tooltip, or as the like of one that stands for a run of blocks. */
    @ParameterizedTest
    @MethodSource("names")
    void noNodeIsLost(String name) {
        Network network = network(name);
        Folding folding = Folding.of(Sketch.of(network));
        Set<String> told = new HashSet<>();
        folding.root()
                .boxes()
                .forEach(box -> box.tooltip().lines().forEach(line -> told.add(line.substring(0, line.indexOf(':')))));
        List<String> untold = new ArrayList<>();
        for (Node node : network.nodes()) {
            if (!told.contains(node.name())) {
                untold.add(node.name());
            }
        }
        Set<String> folded = new HashSet<>();
        collectFolded(folding.root(), folded);
        assertThat(untold).allSatisfy(node -> assertThat(folded).anyMatch(prefix -> node.startsWith(prefix + ".")));
    }

    /** The prefixes that a folded frame stands for beside its own: {@code layer1.1} and {@code layer1.2}, or {@code 6c}. */
    private static void collectFolded(Item.Group group, Set<String> prefixes) {
        if (group.repeats() > 1) {
            String block = group.first().replaceAll("(\\d+|(?<=\\d)[a-z])$", "");
            int begin = place(group.first().substring(block.length()));
            int end = place(group.last().substring(block.length()));
            assertThat(end - begin + 1).isEqualTo(group.repeats());
            for (int i = begin + 1; i <= end; i++) {
                prefixes.add(
                        block + (Character.isDigit(group.first().charAt(block.length())) ? "" + i : "" + (char) i));
            }
        }
        for (Item item : group.items()) {
            if (item instanceof Item.Group inner) {
                collectFolded(inner, prefixes);
            }
        }
    }

    private static int place(String suffix) {
        return Character.isDigit(suffix.charAt(0)) ? Integer.parseInt(suffix) : suffix.charAt(0);
    }

    @ParameterizedTest
    @MethodSource("names")
    void svgIsWellFormedAndTheSameEachTime(String name) throws Exception {
        String svg = Drawing.of(network(name)).svg();
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getElementsByTagName("g").getLength())
                .isEqualTo(1 + layout(name).boxes().size());
        assertThat(svg).contains(name).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(Drawing.of(network(name)).svg()).isEqualTo(svg);
    }

    @ParameterizedTest
    @MethodSource("names")
    void dotNamesEveryBoxOnceAndClosesWhatItOpens(String name) {
        String dot = Drawing.of(network(name)).dot();
        List<String> declared = groups("^ *(n\\d+) \\[label=", dot);
        assertThat(declared)
                .doesNotHaveDuplicates()
                .hasSize(layout(name).boxes().size());
        assertThat(declared).containsAll(groups("^ *(n\\d+) -> ", dot)).containsAll(groups(" -> (n\\d+);$", dot));
        assertThat(groups("(\\{)$", dot)).hasSameSizeAs(groups("^ *(\\})$", dot));
        assertThat(dot).startsWith("digraph \"" + name + "\" {\n").endsWith("}\n");
    }

    private static List<String> groups(String pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** Nothing is lost or doubled by cutting; where an arrow ends at a number, one goes on from the same number. */
    @ParameterizedTest
    @MethodSource("names")
    void tallPicturesStandInColumns(String name) {
        Layout whole = layout(name);
        Layout columns = Columns.of(whole);
        assertThat(columns.height()).isLessThan(Math.max(Columns.PAGE, 2 * columns.width()));
        assertThat(columns.boxes().stream().map(Placed::box))
                .containsExactlyInAnyOrderElementsOf(
                        whole.boxes().stream().map(Placed::box).toList());
        requireApart(columns);
        assertThat(columns.curves().size() - whole.curves().size())
                .as("each number stands for an arrow or more that were cut")
                .isGreaterThanOrEqualTo(columns.ports().size() / 2);
        for (Layout.Port port : columns.ports()) {
            List<Layout.Port> both = columns.ports().stream()
                    .filter(other -> other.number() == port.number())
                    .toList();
            assertThat(both).as("number %s", port.number()).hasSize(2);
            assertThat(both.get(0).x()).isLessThan(both.get(1).x());
            assertThat(both.get(1).y()).isEqualTo(Layout.Port.RADIUS);
            assertThat(columns.curves())
                    .as("an arrow at number %s", port.number())
                    .anyMatch(curve -> touches(curve, port));
        }
        for (Curve curve : columns.curves()) {
            for (int i = 1; i < curve.points().size(); i++) {
                assertThat(curve.points().get(i).y())
                        .isGreaterThanOrEqualTo(curve.points().get(i - 1).y());
            }
        }
    }

    private static boolean touches(Curve curve, Layout.Port port) {
        Point first = curve.points().get(0);
        Point last = curve.points().get(curve.points().size() - 1);
        return Math.hypot(first.x() - port.x(), first.y() - port.y()) <= Layout.Port.RADIUS + 0.1
                || Math.hypot(last.x() - port.x(), last.y() - port.y()) <= Layout.Port.RADIUS + 0.1;
    }

    @Test
    void whatIsNotTallStaysWhole() {
        Layout whole = layout("lenet5");
        assertThat(Columns.of(whole)).isEqualTo(whole);
        assertThat(Columns.of(layout("efficientnet_b7")).ports()).hasSize(8);
    }

    @Test
    void aNodeOfARandomGraphIsOneBox() {
        assertThat(Sketch.of(network("randwire_ws")).boxes())
                .filteredOn(box -> box.path().startsWith("conv3.node31."))
                .singleElement()
                .satisfies(box -> assertThat(box.title() + ", " + box.detail())
                        .isEqualTo("weighted add, ReLU, conv 3x3, 78, 78 groups, conv 1x1, 78, batch norm"));
    }

    @Test
    void foldsLikeBlocksAndKeepsThoseThatDiffer() {
        assertThat(titles("resnet18"))
                .containsExactly(
                        "layer1.0 … layer1.1  × 2",
                        "layer2",
                        "layer2.0",
                        "layer2.1",
                        "layer3",
                        "layer3.0",
                        "layer3.1",
                        "layer4",
                        "layer4.0",
                        "layer4.1");
        assertThat(titles("resnet110_cifar"))
                .containsExactly(
                        "layer1.0 … layer1.17  × 18",
                        "layer2",
                        "layer2.0",
                        "layer2.1 … layer2.17  × 17",
                        "layer3",
                        "layer3.0",
                        "layer3.1 … layer3.17  × 17");
        assertThat(titles("googlenet")).hasSize(9 + 2).contains("inception3a", "aux1", "aux2");
        assertThat(titles("vgg16")).containsExactly("features", "classifier");
        assertThat(titles("lenet5")).isEmpty();
        assertThat(titles("densenet121"))
                .containsExactly(
                        "features",
                        "denseblock1.denselayer1 … denseblock1.denselayer6  × 6",
                        "denseblock2.denselayer1 … denseblock2.denselayer12  × 12",
                        "denseblock3.denselayer1 … denseblock3.denselayer24  × 24",
                        "denseblock4.denselayer1 … denseblock4.denselayer16  × 16");
    }

    @Test
    void aFoldedRunTellsHowItsShapesGrow() {
        Layout layout = layout("densenet121");
        assertThat(layout.boxes())
                .filteredOn(placed -> placed.box().path().equals("features.denseblock1.denselayer1.concat"))
                .extracting(Placed::caption)
                .containsExactly("concat → 96x56x56 … 256x56x56");
        assertThat(layout.height()).isLessThan(4000);
    }

    @Test
    void showsBothWaysThroughAResidualBlock() {
        Folding folding = Folding.of(Sketch.of(network("resnet18")));
        List<Box> boxes = folding.root().boxes();
        List<String> ways = folding.arrows().stream()
                .map(arrow -> path(boxes, arrow.from()) + " > " + path(boxes, arrow.to()))
                .toList();
        assertThat(ways)
                .contains(
                        "maxpool > layer1.0.conv1",
                        "maxpool > layer1.0.add",
                        "layer1.0.conv2 > layer1.0.add",
                        // The folded block's output goes on to the next stage.
                        "layer1.0.add > layer2.0.conv1",
                        "layer1.0.add > layer2.0.downsample.0",
                        "layer2.0.downsample.0 > layer2.0.add");
    }

    private static String path(List<Box> boxes, int id) {
        return boxes.stream()
                .filter(box -> box.id() == id)
                .map(Box::path)
                .findFirst()
                .orElse("nowhere");
    }

    @Test
    void tellsWhatABoxIsOf() {
        Box first = Sketch.of(network("resnet18")).boxes().get(1);
        assertThat(first.title()).isEqualTo("conv 7x7, 64, /2");
        assertThat(first.detail()).isEqualTo("batch norm, ReLU");
        assertThat(first.shape()).isEqualTo("64x112x112");
        assertThat(first.tooltip()).isEqualTo("""
                        conv1: conv 7x7, 64, /2, 64x112x112, 9,408 parameters, 118,013,952 multiply-adds
                        bn1: batch norm, 64x112x112, 128 parameters
                        relu: ReLU, 64x112x112""");
        List<Box> boxes = Sketch.of(network("googlenet")).boxes();
        assertThat(boxes.get(boxes.size() - 1).title()).isEqualTo("auxiliary head aux2");
        assertThat(boxes.get(boxes.size() - 1).detail()).isEqualTo("1000 classes, weight 0.3");
    }

    @Test
    void branchesAndTheMainWayAreStraight() {
        Layout layout = layout("googlenet");
        assertThat(centre(layout, "inception4b.branch2.0.conv"))
                .isEqualTo(centre(layout, "inception4b.branch2.1.conv"), org.assertj.core.api.Assertions.within(0.5));
        assertThat(centre(layout, "conv1.conv"))
                .isEqualTo(centre(layout, "fc"), org.assertj.core.api.Assertions.within(6.0));
    }

    private static double centre(Layout layout, String path) {
        return layout.boxes().stream()
                .filter(placed -> placed.box().path().equals(path))
                .mapToDouble(placed -> placed.x() + placed.width() / 2)
                .findFirst()
                .orElseThrow();
    }
}
