package convoy.tests.rules;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the compiler's doclint misses in files: {@code -Xdoclint:all/protected}, but for one thing. JDK 17's asks for a record's components at
 * its compact constructor and not at its head. Here it is the head that describes them, and a compact constructor need say nothing.
 */
final class Undescribed implements TaskListener {
    private final DocTrees trees;
    private final Set<Place> compactConstructors = new HashSet<>();
    private final List<String> components = new ArrayList<>();

    /** A line of a file. */
    private record Place(URI file, long line) {
        String is(String what) {
            return Path.of(file).getFileName() + ":" + line + ": " + what;
        }
    }

    private Undescribed(DocTrees trees) {
        this.trees = trees;
    }

    /** Lines {@code File.java:line: what}, in their order. */
    static Set<String> in(List<Path> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    manager,
                    said,
                    List.of(
                            "-proc:none",
                            "-Xdoclint:all/protected",
                            // No class files.
                            "-XDshould-stop.ifNoError=ATTR",
                            "-Xmaxwarns",
                            "100000",
                            "-cp",
                            System.getProperty("java.class.path")),
                    null,
                    manager.getJavaFileObjectsFromPaths(files));
            Undescribed undescribed = new Undescribed(DocTrees.instance(task));
            task.addTaskListener(undescribed);
            task.call();
            Set<String> lines = new TreeSet<>(undescribed.components);
            for (Diagnostic<? extends JavaFileObject> each : said.getDiagnostics()) {
                // What is missing is a warning; an error is that a library is not on this class path, as CUDA's is not.
                if (each.getKind() == Diagnostic.Kind.WARNING && each.getSource() != null) {
                    Place place = new Place(each.getSource().toUri(), each.getLineNumber());
                    if (!undescribed.compactConstructors.contains(place)) {
                        lines.add(place.is(each.getMessage(Locale.ROOT)));
                    }
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void finished(TaskEvent done) {
        if (done.getKind() == TaskEvent.Kind.ENTER) {
            look(done.getCompilationUnit());
        }
    }

    private void look(CompilationUnitTree unit) {
        LineMap lines = unit.getLineMap();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree type, Void nothing) {
                Element element = trees.getElement(getCurrentPath());
                if (element.getKind() == ElementKind.RECORD && isOpen(element)) {
                    Set<String> described = described(getCurrentPath());
                    for (Tree member : type.getMembers()) {
                        if (member instanceof VariableTree component
                                && !component.getModifiers().getFlags().contains(Modifier.STATIC)
                                && !described.contains(component.getName().toString())) {
                            components.add(place(component).is("no @param for " + component.getName()));
                        }
                    }
                }
                return super.visitClass(type, null);
            }

            @Override
            public Void visitMethod(MethodTree method, Void nothing) {
                if (trees.getElement(getCurrentPath().getParentPath()).getKind() == ElementKind.RECORD
                        && method.getReturnType() == null
                        && isCompact(method)) {
                    compactConstructors.add(place(method));
                }
                return super.visitMethod(method, null);
            }

            /** One whose parameters are written at the record's head alone. */
            private boolean isCompact(MethodTree constructor) {
                long begin = trees.getSourcePositions().getStartPosition(unit, constructor);
                return constructor.getParameters().stream()
                        .allMatch(parameter -> trees.getSourcePositions().getStartPosition(unit, parameter) < begin);
            }

            private Place place(Tree tree) {
                return new Place(
                        unit.getSourceFile().toUri(),
                        lines.getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree)));
            }
        }.scan(unit, null);
    }

    /** Whether it is seen from other packages, and all that it is inside of. */
    private static boolean isOpen(Element element) {
        Set<Modifier> modifiers = element.getModifiers();
        Element around = element.getEnclosingElement();
        return (modifiers.contains(Modifier.PUBLIC) || modifiers.contains(Modifier.PROTECTED))
                && (around == null || around.getKind() == ElementKind.PACKAGE || isOpen(around));
    }

    private Set<String> described(TreePath type) {
        Set<String> names = new HashSet<>();
        DocCommentTree comment = trees.getDocCommentTree(type);
        if (comment != null) {
            comment.getBlockTags().forEach(tag -> {
                if (tag instanceof ParamTree parameter && !parameter.isTypeParameter()) {
                    names.add(parameter.getName().toString());
                }
            });
        }
        return names;
    }
}
