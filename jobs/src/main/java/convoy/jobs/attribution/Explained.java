package convoy.jobs.attribution;

import convoy.driver.attribution.PlaceMap;
import convoy.driver.evaluation.PictureModel.Guess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is shown of one picture.
 *
 * @param image as it was named
 * @param input what the network was fed with
 * @param classes that are explained, the likeliest first
 * @param maps a sheet of the layer's feature maps, if it was asked for
 * @param channels how many maps the layer has
 */
record Explained(String image, Painting input, List<ForClass> classes, Optional<Painting> maps, int channels) {
    Explained {
        classes = List.copyOf(classes);
    }

    /**
     * What speaks for one class.
     *
     * @param guess the class and its probability
     * @param map of the layer
     * @param occlusion what covering each place takes away, if it was asked for
     */
    record ForClass(Guess guess, PlaceMap map, Optional<PlaceMap> occlusion) {}

    Map<String, Object> data() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("image", image);
        object.put("classes", classes.stream().map(Explained::data).toList());
        return object;
    }

    private static Map<String, Object> data(ForClass each) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("class", each.guess().name());
        object.put("index", each.guess().index());
        object.put("probability", each.guess().probability());
        object.put("map", rows(each.map()));
        each.occlusion().ifPresent(occlusion -> object.put("occlusion", rows(occlusion)));
        return object;
    }

    private static List<List<Float>> rows(PlaceMap map) {
        return IntStream.range(0, map.height())
                .mapToObj(y -> IntStream.range(0, map.width())
                        .mapToObj(x -> map.values()[y * map.width() + x])
                        .toList())
                .toList();
    }
}
