package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassVisitor;
import org.apache.xbean.asm9.Handle;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;
import org.apache.xbean.asm9.Type;
import org.junit.jupiter.api.Test;

/**
 * One byte is no "1 bytes": a whole number in front of a plural comes from {@code convoy.records.text.Counts}. Looks into the compiled
 * classes, where a concatenation has the types of its parts.
 */
@AnalyzeClasses(packages = "convoy", importOptions = MainCode.class)
final class CountsOfOneTest {
    /** What stands for a part in a concatenation's recipe. */
    private static final char PART = '\1';

    /** Behind a number: a plural, perhaps with an adjective before it. */
    private static final Pattern PLURAL = Pattern.compile("^ (?:([a-z-]+) )?([a-z-]*[a-z]s)\\b", Pattern.DOTALL);

    private static final Pattern FORMATTED = Pattern.compile("(?:%,?d|\\{}) ((?:[a-z-]+ )?[a-z-]*[a-z]s)\\b");

    /** Ends in an s and is no plural, or is a unit. */
    private static final Set<String> NO_PLURALS =
            Set.of("is", "was", "has", "does", "gets", "belongs", "comes", "goes", "leaves", "tells", "ends", "ms");

    /** What comes between a number and a noun that it does not count. */
    private static final Set<String> NO_ADJECTIVES = Set.of(
            "is", "was", "has", "does", "of", "in", "on", "at", "and", "or", "as", "for", "a", "that", "to", "says",
            "from", "because", "but", "with", "by", "takes", "holds", "it", "where", "yet", "x", "ms");

    @ArchTest
    static void numbersInFrontOfPluralsAreCounts(JavaClasses classes) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JavaClass found : classes) {
            String name = found.getName().replace('.', '/') + ".class";
            try (InputStream bytes = CountsOfOneTest.class.getClassLoader().getResourceAsStream(name)) {
                assertThat(bytes).as(name).isNotNull();
                new ClassReader(bytes.readAllBytes()).accept(new Sentences(found.getName(), wrong), 0);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void itFindsWhatItLooksFor() {
        assertThat(counted("it has \1 bytes", Type.INT_TYPE)).isTrue();
        assertThat(counted("\1 held-out rows", Type.LONG_TYPE)).isTrue();
        assertThat(counted("\1 bytes", Type.getType(String.class))).isFalse();
        assertThat(counted("step \1 is done", Type.LONG_TYPE)).isFalse();
        assertThat(counted("picture \1 of its classes", Type.INT_TYPE)).isFalse();
        assertThat(FORMATTED.matcher("read {} rows").find()).isTrue();
        assertThat(FORMATTED.matcher("read %,d rows").find()).isTrue();
    }

    private static boolean counted(String recipe, Type... parts) {
        int part = 0;
        for (int i = 0; i < recipe.length(); i++) {
            if (recipe.charAt(i) != PART) {
                continue;
            }
            Type type = parts[part++];
            boolean isWhole = type.equals(Type.INT_TYPE) || type.equals(Type.LONG_TYPE);
            boolean isExtent = recipe.substring(0, i).endsWith(" x ");
            Matcher plural = PLURAL.matcher(recipe.substring(i + 1));
            if (isWhole && !isExtent && plural.find() && counts(plural)) {
                return true;
            }
        }
        return false;
    }

    private static boolean counts(Matcher plural) {
        return !NO_PLURALS.contains(plural.group(2))
                && (plural.group(1) == null || !NO_ADJECTIVES.contains(plural.group(1)));
    }

    /** Looks at every sentence of a class. */
    private static final class Sentences extends ClassVisitor {
        private final String owner;
        private final List<String> wrong;

        Sentences(String owner, List<String> wrong) {
            super(Opcodes.ASM9);
            this.owner = owner;
            this.wrong = wrong;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
                private int line;

                @Override
                public void visitLineNumber(int number, org.apache.xbean.asm9.Label start) {
                    line = number;
                }

                @Override
                public void visitInvokeDynamicInsn(String how, String types, Handle maker, Object... arguments) {
                    if (how.equals("makeConcatWithConstants")
                            && arguments[0] instanceof String recipe
                            && counted(recipe, Type.getArgumentTypes(types))) {
                        tell(recipe.replace(PART, '#'));
                    }
                }

                @Override
                public void visitLdcInsn(Object constant) {
                    if (constant instanceof String text) {
                        Matcher formatted = FORMATTED.matcher(text);
                        while (formatted.find()) {
                            Matcher plural = PLURAL.matcher(" " + formatted.group(1));
                            if (plural.find() && counts(plural)) {
                                tell(text);
                                return;
                            }
                        }
                    }
                }

                private void tell(String sentence) {
                    wrong.add(owner + ":" + line + ": " + sentence.replace("\n", "\\n"));
                }
            };
        }
    }
}
