package io.orchestrator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.PackageMatchers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Objects get what they need from whoever makes them, and nothing is reachable behind their back. */
class StateRulesTest {
    /** Static state that is there for a reason. */
    private static final Set<String> EXCEPTIONS = Set.of(
            // The operating system ties file locks to the process, so only the process can know what it holds.
            "io.orchestrator.embedded.OpenStacks.OPEN",
            // Constants that Java has only as arrays; private and never written.
            "io.orchestrator.run.Ids.ALPHABET",
            "io.orchestrator.worker.program.ProgramInput.END");

    private static final PackageMatchers CONCURRENT = PackageMatchers.of("java.util.concurrent..");

    @Test
    void static_fields_are_constants() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage(Product.JOOQ_CODE)
                .should(beConstants())
                .because("static state makes two of a thing in one process impossible: pass an object instead")
                .check(Product.CLASSES);
    }

    private static ArchCondition<JavaField> beConstants() {
        return new ArchCondition<>("be constants") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                boolean constant = isConstant(field) || EXCEPTIONS.contains(field.getFullName());
                events.add(new SimpleConditionEvent(
                        field,
                        constant,
                        field.getFullName() + " is " + (constant ? "a constant" : "static and can change") + " in "
                                + field.getSourceCodeLocation()));
            }
        };
    }

    private static boolean isConstant(JavaField field) {
        if (field.getModifiers().contains(JavaModifier.SYNTHETIC)
                || field.getName().startsWith("$")) {
            return true;
        }
        return field.getModifiers().contains(JavaModifier.FINAL) && !canChange(field);
    }

    private static boolean canChange(JavaField field) {
        JavaClass type = field.getRawType();
        if (type.isArray() || CONCURRENT.test(type.getPackageName())) {
            return !type.isEnum();
        }
        if (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) {
            return !isImmutable(valueOf(field));
        }
        return type.isAssignableTo(ThreadLocal.class)
                || type.isAssignableTo(StringBuilder.class)
                || type.isAssignableTo(Thread.class);
    }

    private static Object valueOf(JavaField field) {
        var reflected = field.reflect();
        reflected.setAccessible(true);
        try {
            return Objects.requireNonNull(reflected.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot look at " + field.getFullName(), e);
        }
    }

    /** The type of a collection does not tell; what {@code of}, {@code copyOf} and their kind return does. */
    private static boolean isImmutable(Object collection) {
        String name = collection.getClass().getName();
        return name.startsWith("java.util.ImmutableCollections") || name.startsWith("java.util.Collections$");
    }

    @Test
    void the_check_tells_mutable_collections_apart() {
        assertThat(isImmutable(Set.of(1, 2, 3))).isTrue();
        assertThat(isImmutable(new ArrayDeque<>())).isFalse();
    }

    @Test
    void nothing_is_injected_into_fields() {
        NO_CLASSES_SHOULD_USE_FIELD_INJECTION
                .because("wiring is done by hand in one composition root for each process")
                .check(Product.CLASSES);
    }

    @Test
    void logging_goes_through_slf4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..")
                .because("one configuration decides what is logged")
                .check(Product.CLASSES);
    }

    @Test
    void only_the_command_line_prints() {
        noClasses()
                .that()
                .resideOutsideOfPackage(Product.CLI)
                .should(ACCESS_STANDARD_STREAMS)
                .because("a library that prints cannot be used in somebody else's pipe: log, or return a value")
                .check(Product.CLASSES);
    }
}
