package convoy.driver.evaluation;

import convoy.architectures.tensor.Shape;
import convoy.driver.model.ModelDescription;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.transform.Transforms;

/**
 * A model and rows that it can be asked about.
 *
 * @param model what it is
 * @param transforms of the rows' images
 */
public record ModelOnData(ModelDescription model, Transforms transforms) {
    /**
     * {@return both, if they fit each other}
     *
     * @param model what it is
     * @param uri of the model, for messages
     * @param data the rows
     * @param asked transforms of their images, of which what is random is left out; none: those that the model says
     * @throws BadInputException if a transform that a jar provides cannot be had, or model and data have other classes, or the images do not come out as the model takes them
     */
    public static ModelOnData of(ModelDescription model, String uri, DataSet data, Transforms asked) {
        data.requireClasses(model.classes(), model.network());
        data.requireClassNames(model.classNames(), uri);
        boolean several = !data.info().labelSets().isEmpty();
        if (several != model.severalLabels()) {
            throw new BadInputException("data set " + data.uri() + " has "
                    + (several ? "several labels" : "one label") + " an image, " + uri + " is a model of "
                    + (model.severalLabels() ? "several" : "one") + ": give the one that goes with it");
        }
        Transforms meant = asked.steps().isEmpty() && !model.transforms().isEmpty()
                ? new Transforms(model.transforms())
                : model.normalize(asked.forEvaluation());
        Transforms transforms = meant.settled();
        data.requireWhitening(transforms);
        Shape.Image image = transforms.output(data.info());
        if (!image.equals(model.input())) {
            throw new BadInputException("the transforms make " + image + " of the images of " + data.uri()
                    + ", the model takes " + model.input() + ": give other transforms or other data");
        }
        return new ModelOnData(model, transforms);
    }
}
