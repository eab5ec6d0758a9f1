package convoy.architectures.drawing;

import com.google.errorprone.annotations.FormatMethod;
import convoy.architectures.drawing.Layout.Curve;
import convoy.architectures.drawing.Layout.Frame;
import convoy.architectures.drawing.Layout.Placed;
import convoy.architectures.drawing.Layout.Port;
import convoy.architectures.drawing.Ranks.Point;
import java.util.List;
import java.util.Locale;

/** Writes a layout as an SVG document that needs nothing else: no style sheet, no script, no font of its own. */
final class SvgWriter {
    private static final double MARGIN = 20;
    private static final double HEADING = 64;

    private final StringBuilder out = new StringBuilder();

    private SvgWriter() {}

    static String write(String title, String subtitle, Layout layout) {
        SvgWriter writer = new SvgWriter();
        writer.document(title, subtitle, layout);
        return writer.out.toString();
    }

    private void document(String title, String subtitle, Layout layout) {
        double text = Math.max(Layout.textWidth(title, 22), Layout.textWidth(subtitle, 13));
        double width = Math.max(layout.width(), text) + 2 * MARGIN;
        double height = layout.height() + HEADING + MARGIN;
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\""
                        + " font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">",
                width, height, width, height);
        line("<title>%s</title>", escape(title));
        line("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\""
                + " orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path d=\"M0,0.5 L8,4 L0,7.5 z\""
                + " fill=\"#6b7280\"/></marker></defs>");
        line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
        line(
                "<text x=\"%.0f\" y=\"30\" font-size=\"22\" font-weight=\"bold\" fill=\"#111827\">%s</text>",
                MARGIN, escape(title));
        line("<text x=\"%.0f\" y=\"50\" font-size=\"13\" fill=\"#4b5563\">%s</text>", MARGIN, escape(subtitle));
        line("<g transform=\"translate(%.1f %.1f)\">", (width - layout.width()) / 2, HEADING);
        layout.frames().forEach(this::frame);
        layout.curves().forEach(this::curve);
        layout.frames().forEach(this::frameTitle);
        layout.boxes().forEach(this::box);
        layout.ports().forEach(this::port);
        line("</g>");
        line("</svg>");
    }

    private void frame(Frame frame) {
        line(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"8\" fill=\"%s\" stroke=\"#cbd5e1\"/>",
                frame.x(), frame.y(), frame.width(), frame.height(), colour(frame));
    }

    private static String colour(Frame frame) {
        return frame.depth() % 2 == 0 ? "#f8fafc" : "#eef2f7";
    }

    /** Over the curves, with a rim that keeps those that cross it apart from the letters. */
    private void frameTitle(Frame frame) {
        line(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"12\" font-weight=\"bold\" fill=\"#475569\" stroke=\"%s\""
                        + " stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\">%s</text>",
                frame.x() + 10, frame.y() + 18, colour(frame), escape(frame.title()));
    }

    private void curve(Curve curve) {
        List<Point> points = curve.points();
        StringBuilder path = new StringBuilder(String.format(
                Locale.ROOT, "M%.1f,%.1f", points.get(0).x(), points.get(0).y()));
        for (int i = 1; i < points.size(); i++) {
            Point from = points.get(i - 1);
            Point to = points.get(i);
            if (Math.abs(from.x() - to.x()) < 0.5) {
                path.append(String.format(Locale.ROOT, " L%.1f,%.1f", to.x(), to.y()));
            } else {
                double middle = (from.y() + to.y()) / 2;
                path.append(String.format(
                        Locale.ROOT,
                        " C%.1f,%.1f %.1f,%.1f %.1f,%.1f",
                        from.x(),
                        middle,
                        to.x(),
                        middle,
                        to.x(),
                        to.y()));
            }
        }
        line(
                "<path d=\"%s\" fill=\"none\" stroke=\"#6b7280\" stroke-width=\"1.4\"%s/>",
                path, curve.arrow() ? " marker-end=\"url(#tip)\"" : "");
    }

    private void box(Placed placed) {
        Box box = placed.box();
        double middle = placed.x() + placed.width() / 2;
        double radius = box.kind() == Box.Kind.JOIN || box.kind() == Box.Kind.INPUT || box.kind() == Box.Kind.HEAD
                ? placed.height() / 2
                : 6;
        line("<g><title>%s</title>", escape(box.tooltip()));
        line(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" fill=\"%s\" stroke=\"%s\""
                        + " stroke-width=\"1.3\"/>",
                placed.x(),
                placed.y(),
                placed.width(),
                placed.height(),
                Math.min(radius, 18),
                box.kind().fill,
                box.kind().line);
        double y = placed.y() + 18.5;
        text(middle, y, 13, true, box.kind().ink, box.title());
        if (!box.detail().isEmpty()) {
            y += 15;
            text(middle, y, 11, false, box.kind().ink, box.detail());
        }
        if (!placed.caption().isEmpty()) {
            y += 15;
            text(middle, y, 10.5, false, "#6b7280", placed.caption());
        }
        line("</g>");
    }

    private void port(Port port) {
        line(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.0f\" fill=\"#ffffff\" stroke=\"#6b7280\" stroke-width=\"1.4\"/>",
                port.x(), port.y(), Port.RADIUS);
        text(port.x(), port.y() + 4, 11, true, "#374151", Integer.toString(port.number()));
    }

    private void text(double x, double y, double size, boolean bold, String colour, String text) {
        line(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%s\"%s fill=\"%s\" text-anchor=\"middle\">%s</text>",
                x, y, size, bold ? " font-weight=\"bold\"" : "", colour, escape(text));
    }

    @FormatMethod
    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
