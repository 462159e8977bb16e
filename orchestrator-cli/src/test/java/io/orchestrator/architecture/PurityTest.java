package io.orchestrator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.PackageMatchers;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decide purely, act at the edge: what {@code plan} and {@code run} say follows from their arguments alone. */
class PurityTest {
    private static final String RUN = "io.orchestrator.run..";
    private static final String PLAN = "io.orchestrator.plan..";

    private static final PackageMatchers EFFECTS = PackageMatchers.of(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.sql..",
            "javax.sql..",
            "java.util.concurrent..",
            "java.util.logging..",
            "org.slf4j..",
            "org.jooq..",
            "io.lettuce..");

    private static final Set<String> EFFECTS_OF_JAVA_LANG = Set.of(
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.util.Timer");

    /** A path is a name; a record and an exception carry these types without doing anything. */
    private static final Set<String> VALUES =
            Set.of("java.nio.file.Path", "java.io.Serializable", "java.io.ObjectStreamException");

    private static final DescribedPredicate<JavaClass> AN_EFFECT = DescribedPredicate.describe(
            "do input or output, log, or use threads",
            type -> EFFECTS_OF_JAVA_LANG.contains(type.getName())
                    || (EFFECTS.test(type.getPackageName()) && !VALUES.contains(type.getName())));

    @Test
    void decisions_do_nothing() {
        noClasses()
                .that()
                .resideInAPackage(RUN)
                .should()
                .dependOnClassesThat(AN_EFFECT)
                .because(
                        "a decision that follows from its arguments can be tested in microseconds and replayed for ever")
                .check(Product.CLASSES);
    }

    @Test
    void plans_do_nothing() {
        noClasses()
                .that()
                .resideInAPackage(PLAN)
                // Loads a schema that is a part of the program.
                .and()
                .doNotHaveSimpleName("DocumentSchema")
                // The door through which a file of the user comes in.
                .and()
                .doNotHaveSimpleName("AgentsFileText")
                .should()
                .dependOnClassesThat(AN_EFFECT)
                .because("what a plan becomes must be the same wherever and whenever it is read")
                .check(Product.CLASSES);
    }

    @Test
    void plans_and_decisions_know_no_store_and_no_queue() {
        noClasses()
                .that()
                .resideInAnyPackage(RUN, PLAN)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.orchestrator.store..",
                        "io.orchestrator.queue..",
                        "io.orchestrator.service..",
                        "io.orchestrator.time..")
                .because("they are asked by the edges and never ask back")
                .check(Product.CLASSES);
    }
}
