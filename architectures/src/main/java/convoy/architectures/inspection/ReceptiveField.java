package convoy.architectures.inspection;

import convoy.architectures.tensor.Shape.Image;

/**
 * What part of the picture a node's output follows from, padding included. Channels do not matter here, nor does what weights
 * make of it.
 *
 * @param rows what each row of the output follows from
 * @param columns what each column of the output follows from
 * @param picture what the network reads
 */
record ReceptiveField(Span rows, Span columns, Image picture) {
    /** Each pixel follows from itself. */
    static ReceptiveField of(Image picture) {
        return new ReceptiveField(Span.picture(picture.height()), Span.picture(picture.width()), picture);
    }

    ReceptiveField with(Span newRows, Span newColumns) {
        return new ReceptiveField(newRows, newColumns, picture);
    }

    /** The share of the field that lies outside the picture, mean over all places of the output, in [0, 1]. */
    double outside() {
        return 1 - rows.inside(picture.height()) * columns.inside(picture.width());
    }
}
