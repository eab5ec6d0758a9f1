package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who tells the members of a sealed type apart does so by a method on the type or by a visitor, which does not compile until it knows a
 * new member. A method that asks {@code instanceof} for three of them falls through when there is a fourth.
 */
@AnalyzeClasses(packages = "convoy", importOptions = MainCode.class)
final class ClosedTypesTest {
    private static final int A_LADDER = 3;

    /** Methods that pick out some operations and are right for all that there may ever be besides. */
    private static final Set<String> SELECTIONS = Set.of(
            // Everything else has no ReLU taken into its kernel.
            "convoy.worker.engine.nd4j.Lowering.fuse",
            "convoy.worker.engine.libtorch.lowering.Lowering.isOverwritable",
            // Everything else that reads a vector is refused by name.
            "convoy.architectures.surgery.FullyConvolutional.convert",
            // Everything else begins a box of its own.
            "convoy.architectures.drawing.Sketch.isTransformed",
            // Everything else is nothing, which has a word of its own.
            "convoy.records.CanonicalText.text",
            // Values of any other shape are a problem that names what was wanted.
            "convoy.records.Structure.bind",
            "convoy.records.Variants.bind",
            // What was there of any other shape is replaced.
            "convoy.jobs.runfile.Overlay.set");

    @ArchTest
    static void noMethodClimbsALadderOfASealedTypesMembers(JavaClasses classes) {
        Set<String> ladders = new TreeSet<>();
        Set<String> selections = new HashSet<>();
        for (JavaClass owner : classes) {
            for (JavaCodeUnit method : owner.getCodeUnits()) {
                String name = owner.getName() + "." + method.getName();
                membersAskedFor(method).forEach((closed, members) -> {
                    if (members.size() >= A_LADDER) {
                        if (SELECTIONS.contains(name)) {
                            selections.add(name);
                        } else {
                            ladders.add(name + " asks for " + members + " of " + closed);
                        }
                    }
                });
            }
        }
        assertThat(ladders).isEmpty();
        assertThat(selections).as("what is excepted is still there").isEqualTo(SELECTIONS);
    }

    private static Map<String, Set<String>> membersAskedFor(JavaCodeUnit method) {
        Map<String, Set<String>> members = new TreeMap<>();
        for (InstanceofCheck check : method.getInstanceofChecks()) {
            sealedAbove(check.getRawType()).forEach(closed -> members.computeIfAbsent(closed, none -> new TreeSet<>())
                    .add(check.getRawType().getSimpleName()));
        }
        return members;
    }

    private static Set<String> sealedAbove(JavaClass member) {
        return Stream.of(member)
                .filter(type -> type.getName().startsWith("convoy."))
                .flatMap(type -> type.getAllRawInterfaces().stream())
                .filter(type ->
                        type.getName().startsWith("convoy.") && type.reflect().isSealed())
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    }
}
