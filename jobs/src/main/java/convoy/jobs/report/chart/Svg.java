package convoy.jobs.report.chart;

import convoy.records.text.Shown;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes one SVG picture for a page, element by element. Texts come from outside: Java's own writer of XML escapes them. */
final class Svg {
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter out;

    /**
     * Begins a picture.
     *
     * @param width in units of the picture, of which a page shows it as wide as it has room
     * @param title what a screen reader says
     */
    Svg(double width, double height, String title) {
        this();
        // Inside HTML it needs no name space.
        open("svg", "viewBox", "0 0 " + number(width) + " " + number(height), "role", "img");
        open("title").words(title).close();
    }

    /** Begins a picture that is a file of its own. */
    static Svg document(double width, double height, String title) {
        Svg svg = new Svg();
        String box = "0 0 " + number(width) + " " + number(height);
        // With its size: a narrow screen shows a part that can be read in place of a whole that cannot.
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "width",
                width,
                "height",
                height,
                "viewBox",
                box,
                "role",
                "img");
        svg.open("title").words(title).close();
        return svg;
    }

    private Svg() {
        try {
            // Java's own, whatever the class path holds, so that the bytes are the same everywhere.
            out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        } catch (XMLStreamException impossible) {
            throw unwritten(impossible);
        }
    }

    /** A coordinate to a tenth, which is less than one sees. */
    static String number(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0
                ? Long.toString(tenths / 10)
                : (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
    }

    /**
     * Begins an element.
     *
     * @param attributes names and values in turn; numbers are coordinates
     */
    Svg open(String name, Object... attributes) {
        try {
            out.writeStartElement(name);
            for (int i = 0; i < attributes.length; i += 2) {
                Object value = attributes[i + 1];
                out.writeAttribute(
                        String.valueOf(attributes[i]),
                        value instanceof Double coordinate ? number(coordinate) : clean(String.valueOf(value)));
            }
            return this;
        } catch (XMLStreamException impossible) {
            throw unwritten(impossible);
        }
    }

    /** Words inside the element that is open. */
    Svg words(String words) {
        try {
            out.writeCharacters(clean(words));
            return this;
        } catch (XMLStreamException impossible) {
            throw unwritten(impossible);
        }
    }

    /** Ends the element that is open. */
    Svg close() {
        try {
            out.writeEndElement();
            return this;
        } catch (XMLStreamException impossible) {
            throw unwritten(impossible);
        }
    }

    /** An element with nothing in it. */
    Svg leaf(String name, Object... attributes) {
        return open(name, attributes).close();
    }

    /**
     * A line of text.
     *
     * @param css class: how it looks, and by which of its ends it stands at {@code x}
     */
    Svg text(double x, double y, String css, String words) {
        return open("text", "x", x, "y", y, "class", css).words(words).close();
    }

    /** Ends the picture. */
    String end() {
        try {
            out.writeEndDocument();
            out.close();
            return text.toString();
        } catch (XMLStreamException impossible) {
            throw unwritten(impossible);
        }
    }

    /** What XML cannot hold: control characters, and halves of characters. */
    private static String clean(String words) {
        StringBuilder clean = new StringBuilder();
        Shown.name(words)
                .codePoints()
                .map(code -> (code >= 0xd800 && code <= 0xdfff) || (code & 0xfffe) == 0xfffe ? '\ufffd' : code)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static IllegalStateException unwritten(XMLStreamException impossible) {
        return new IllegalStateException("a picture in memory could not be written", impossible);
    }
}
