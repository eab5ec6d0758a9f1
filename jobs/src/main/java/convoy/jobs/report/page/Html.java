package convoy.jobs.report.page;

import gg.jte.Content;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes a report as one HTML file that loads nothing. The templates lie in {@code src/main/jte} and are compiled with the classes;
 * they escape whatever is put into them, by the place where it stands.
 */
final class Html {
    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Html.class.getClassLoader(), Html.class.getPackageName());

    private Html() {}

    static String of(Page page) {
        return of(page, 0);
    }

    /** @param refresh seconds after which a browser looks again; 0: it does not */
    static String of(Page page, int refresh) {
        StringOutput out = new StringOutput();
        TEMPLATES.render("page.jte", new View(page, refresh), out);
        return out.toString();
    }

    /**
     * What the page's template sees.
     *
     * @param refresh seconds after which a browser looks again; 0: it does not
     */
    record View(Page page, int refresh) {
        /** The style sheet, of this program. */
        String style() {
            return resource("report.css");
        }

        /** The script, of this program. */
        String script() {
            return resource("report.js");
        }

        /** The style sheet of uPlot. */
        String zoomStyle() {
            return resource("uplot/uPlot.min.css");
        }

        /** uPlot, under the notice that its licence asks for, and what lets charts be zoomed into by it. */
        String zoomScript() {
            String library = resource("uplot/uPlot.iife.min.js");
            // The first line is a comment with an address, which a page that loads nothing does not need.
            return "/*\nuPlot\n\n" + resource("uplot/LICENSE") + "\n*/\n" + library.substring(library.indexOf('\n') + 1)
                    + "\n" + resource("zoom.js");
        }

        Content block(Block block) {
            return new Content() {
                @Override
                public void writeTo(TemplateOutput output) {
                    TEMPLATES.render(block.template(), block, output);
                }
            };
        }
    }

    private static String resource(String name) {
        try (InputStream in = Html.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
