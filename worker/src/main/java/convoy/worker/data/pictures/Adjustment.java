package convoy.worker.data.pictures;

/** What was done to a picture so that it fits into a data set, or what a camera noted and nobody did. */
public enum Adjustment {
    /** Among coloured ones, or because three channels were asked for. */
    GREY_WIDENED("grey: the one channel became three"),
    /** Because one channel was asked for. */
    COLOUR_DROPPED("coloured: became grey, as Pillow's convert(\"L\") does it"),
    /** EXIF says that the camera was held otherwise, which is left alone. */
    LEFT_TURNED("held otherwise by the camera (EXIF orientation), left as stored; --orientation upright turns them"),
    /** The same, and mended. */
    TURNED("turned upright, as the camera noted (EXIF orientation)"),
    /** All that shows is there. */
    NO_END("without the end of the file, with all of the picture"),
    /** Others are not read. */
    FIRST_FRAME("animated: the first frame was taken"),
    /** As Pillow's {@code convert("RGB")} does. */
    ALPHA_DROPPED("transparent in places: alpha was dropped"),
    /** Also YCCK. */
    CMYK("in CMYK, for printing: became red, green and blue"),
    /** As both Pillow and OpenCV do with colours. */
    SIXTEEN_BITS("of 16 bits a channel: the upper 8 were taken"),
    /** Of a PNG file. */
    PALETTE("coloured by a palette: became red, green and blue"),
    /** Of another format than JPEG and PNG, the only ones that a data set holds. */
    STORED_AS_PNG("neither JPEG nor PNG: stored as PNG, pixel by pixel"),
    /** Symbolic or hard, to a file or to a folder above it. */
    LINKED("reached by a link to another place of the source, so that they may be there twice"),
    /** A PNG file that is named as a JPEG file, for example. */
    MISNAMED("of another format than the name says: read by content"),
    /** EMNIST's, known by the names of its files. */
    TRANSPOSED("stored lying on their side, as EMNIST's are: rows and columns were exchanged"),
    /** MNIST's files and Fashion-MNIST's have the same names. */
    FASHION_NAMES(
            "named as Fashion-MNIST names its classes, since a folder or archive is called so; --classes names them otherwise");

    private final String text;

    Adjustment(String text) {
        this.text = text;
    }

    /** {@return what a person reads of it, of several pictures} */
    public String text() {
        return text;
    }
}
