package convoy.jobs.report.page;

import java.util.Base64;
import java.util.List;

/**
 * Small pictures of points, shown large.
 *
 * @param pictures in their order
 */
public record Pictures(List<Picture> pictures) implements Block {
    /**
     * One of them.
     *
     * @param title above it
     * @param source a {@code data:} URI of a PNG file
     * @param width in points of the picture
     * @param note below it; may be empty
     */
    public record Picture(String title, String source, int width, String note) {
        /**
         * {@return a picture of a PNG file's bytes}
         *
         * @param title above it
         * @param png the file
         * @param width in points of the picture
         * @param note below it; may be empty
         */
        public static Picture of(String title, byte[] png, int width, String note) {
            return new Picture(
                    title, "data:image/png;base64," + Base64.getEncoder().encodeToString(png), width, note);
        }
    }

    public Pictures {
        pictures = List.copyOf(pictures);
    }

    @Override
    public String template() {
        return "pictures.jte";
    }

    @Override
    public void write(Markdown out) {
        for (Picture picture : pictures) {
            out.paragraph("Picture in the page: " + picture.title() + ". " + picture.note());
        }
    }
}
