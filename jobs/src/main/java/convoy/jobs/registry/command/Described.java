package convoy.jobs.registry.command;

import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.Tenure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a registry holds as other programs read it, by {@code --json}, and changes in words. */
final class Described {
    private Described() {}

    /** A version with where it lies now, if it is there. */
    static Map<String, Object> version(Registry registry, Version version) {
        long number = version.number();
        boolean there = registry.standing().versions().contains(number);
        Map<String, Object> object = version(version);
        object.put("aliases", List.copyOf(registry.standing().aliases(number)));
        object.put("removed", !there);
        if (there) {
            object.put("folder", registry.folder(number));
            object.put("model-file", registry.model(number));
        }
        return object;
    }

    /** A version that was just added. */
    static Map<String, Object> added(Registry registry, Version version) {
        Map<String, Object> object = version(version);
        object.put("folder", registry.folder(version.number()));
        object.put("model-file", registry.model(version.number()));
        return object;
    }

    /** What {@code version.json} says of it. */
    private static Map<String, Object> version(Version version) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("registry", version.registry());
        object.put("version", version.number());
        object.put("at", version.at());
        object.put("by", version.by().describe());
        object.put("network", version.model().network());
        object.put("classes", version.model().classes());
        object.put("class-names", version.model().classNames());
        object.put("input", version.model().input());
        object.put("step", version.model().step());
        object.put("source", version.origin().source());
        version.origin().parent().ifPresent(parent -> object.put("parent", parent));
        version.origin().weights().ifPresent(weights -> {
            Map<String, Object> from = new LinkedHashMap<>();
            from.put("from", weights.from());
            weights.sha256().ifPresent(digest -> from.put("sha256", digest));
            object.put("weights", from);
        });
        List<Object> data = new ArrayList<>();
        version.origin().data().forEach(set -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("role", set.role());
            one.put("uri", set.uri());
            set.fingerprint().ifPresent(digest -> one.put("fingerprint", digest));
            data.add(one);
        });
        object.put("data", data);
        object.put("determinants", version.origin().determinants());
        Map<String, Object> files = new LinkedHashMap<>();
        version.files()
                .forEach((name, file) -> files.put(name, Map.of("bytes", file.bytes(), "sha256", file.sha256())));
        object.put("files", files);
        return object;
    }

    /** An entry; what it changed is there by kind, as it is stored. */
    static Map<String, Object> entry(Entry entry) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("number", entry.place().number());
        object.putAll(entry.change().accept(new Fields()));
        object.put("at", entry.circumstances().at());
        object.put("by", entry.circumstances().by().describe());
        object.put("because", entry.circumstances().because());
        entry.circumstances().verdict().ifPresent(verdict -> {
            Map<String, Object> figures = new LinkedHashMap<>();
            verdict.figures().forEach(figure -> figures.put(figure.name(), figure.value()));
            object.put("verdict", Map.of("text", verdict.text(), "figures", figures));
        });
        return object;
    }

    static Map<String, Object> tenure(Tenure tenure) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("alias", tenure.alias());
        object.put("version", tenure.version());
        object.put("from", tenure.from().circumstances().at());
        tenure.until().ifPresent(end -> object.put("until", end.circumstances().at()));
        object.put("how", tenure.how());
        object.put("by", tenure.from().circumstances().by().describe());
        object.put("because", tenure.from().circumstances().because());
        return object;
    }

    private static final class Fields implements Change.Visitor<Map<String, Object>> {
        private static Map<String, Object> of(String kind) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("change", kind);
            return fields;
        }

        private static Map<String, Object> of(String kind, String key, Object value) {
            Map<String, Object> fields = of(kind);
            fields.put(key, value);
            return fields;
        }

        @Override
        public Map<String, Object> visit(Change.Made made) {
            return of("made");
        }

        @Override
        public Map<String, Object> visit(Change.Added added) {
            return of("added", "version", added.version());
        }

        @Override
        public Map<String, Object> visit(Change.Moved moved) {
            Map<String, Object> fields = of(moved.word().replace(' ', '-'), "alias", moved.alias());
            fields.put("version", moved.version());
            moved.before().ifPresent(before -> fields.put("before", before));
            return fields;
        }

        @Override
        public Map<String, Object> visit(Change.AliasRemoved gone) {
            Map<String, Object> fields = of("alias-removed", "alias", gone.alias());
            fields.put("before", gone.before());
            return fields;
        }

        @Override
        public Map<String, Object> visit(Change.Removed removed) {
            return of("removed", "versions", removed.versions());
        }

        @Override
        public Map<String, Object> visit(Change.Recovered recovered) {
            return of("recovered", "folders", recovered.folders());
        }
    }

    /** That an alias was moved, in a sentence. */
    static String moved(Entry entry) {
        if (!(entry.change() instanceof Change.Moved move)) {
            throw new IllegalArgumentException("entry " + entry.place().number() + " moved no alias");
        }
        Optional<Long> before = move.before();
        return move.alias() + " is version " + move.version()
                + before.map(version -> "; it was version " + version).orElse("");
    }
}
