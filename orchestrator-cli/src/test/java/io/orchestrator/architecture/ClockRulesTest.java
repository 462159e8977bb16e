package io.orchestrator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A real clock is read in two named classes; all others are given one, so that tests can turn it. */
class ClockRulesTest {
    private static final String TICKS = "io.orchestrator.time.SystemTicks";
    private static final String CLOCK = "io.orchestrator.time.SystemClock";

    private static final Set<String> OF_SYSTEM = Set.of("nanoTime", "currentTimeMillis");

    private static final DescribedPredicate<JavaAccess<?>> A_REAL_CLOCK =
            DescribedPredicate.describe("a real clock is read", access -> readsAClock(access.getTarget()));

    private static boolean readsAClock(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.System" -> OF_SYSTEM.contains(name);
            case "java.time.Clock", "java.time.InstantSource" -> name.startsWith("system") || name.startsWith("tick");
            // With an argument they are told the time.
            case "java.util.Date", "java.util.GregorianCalendar" -> name.equals("<init>") && takesNothing(target);
            case "java.util.Calendar" -> name.equals("getInstance");
            default -> owner.startsWith("java.time.") && name.equals("now");
        };
    }

    private static boolean takesNothing(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget call
                && call.getRawParameterTypes().isEmpty();
    }

    @Test
    void a_real_clock_is_read_in_two_classes_only() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(TICKS)
                .and()
                .doNotHaveFullyQualifiedName(CLOCK)
                // Depends on nothing of core, and waits for real processes only.
                .and()
                .resideOutsideOfPackage(Product.EMBEDDED)
                .should()
                .accessTargetWhere(A_REAL_CLOCK)
                .because("what is given its clock can be tested in virtual time: ask for an InstantSource or for Ticks")
                .check(Product.CLASSES);
    }

    @Test
    void the_two_classes_do_read_it() {
        classes()
                .that()
                .haveFullyQualifiedName(TICKS)
                .or()
                .haveFullyQualifiedName(CLOCK)
                .should(read())
                .because("otherwise the rule on clocks would not recognise one")
                .check(Product.CLASSES);
    }

    private static ArchCondition<JavaClass> read() {
        return new ArchCondition<>("read a real clock") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean reads = type.getAccessesFromSelf().stream().anyMatch(A_REAL_CLOCK);
                events.add(new SimpleConditionEvent(
                        type, reads, type.getName() + (reads ? " reads" : " reads no") + " clock"));
            }
        };
    }
}
