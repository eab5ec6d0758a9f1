package convoy.worker.data.pictures;

/** What becomes of a picture whose camera noted in EXIF that it was held otherwise. */
public enum Orientation {
    /** Nothing, as in PyTorch's loaders: Pillow opens pictures so. */
    AS_STORED,
    /** It is turned or mirrored, as browsers show it and Pillow's {@code ImageOps.exif_transpose} does it. */
    UPRIGHT
}
