package io.orchestrator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Arrows point one way: cli, server, then scheduler, worker and timer beside each other, core, migrations. */
class ModuleArrowsTest {
    @Test
    void every_package_lies_in_the_module_that_its_name_tells() {
        Set<String> strays = Product.CLASSES.stream()
                .filter(type -> !Product.moduleByName(type).equals(Product.moduleByPlace(type)))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        assertThat(strays)
                .as("the rules on modules go by packages: a package of core must not be named like another module, and"
                        + " all code of another module lies under the package of its name")
                .isEmpty();
    }

    @Test
    void core_knows_none_of_the_services_and_no_door() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        Product.SCHEDULER,
                        Product.WORKER,
                        Product.TIMER,
                        Product.SERVER,
                        Product.CLI,
                        Product.EMBEDDED,
                        Product.MIGRATIONS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Product.SCHEDULER, Product.WORKER, Product.TIMER, Product.SERVER, Product.CLI, Product.EMBEDDED)
                .because("core is the vocabulary that all others share; it can be used without any of them")
                .check(Product.CLASSES);
    }

    @Test
    void the_scheduler_knows_only_core() {
        knowsOnlyCore(Product.SCHEDULER, Product.WORKER, Product.TIMER);
    }

    @Test
    void the_worker_knows_only_core() {
        knowsOnlyCore(Product.WORKER, Product.SCHEDULER, Product.TIMER);
    }

    @Test
    void the_timer_service_knows_only_core() {
        knowsOnlyCore(Product.TIMER, Product.SCHEDULER, Product.WORKER);
    }

    private static void knowsOnlyCore(String service, String neighbour, String otherNeighbour) {
        noClasses()
                .that()
                .resideInAPackage(service)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(neighbour, otherNeighbour, Product.SERVER, Product.CLI, Product.EMBEDDED)
                .because("scheduler, worker and timer meet in Postgres and Redis only, so that each can be scaled and"
                        + " restarted alone")
                .check(Product.CLASSES);
    }

    @Test
    void the_server_knows_the_services_but_not_the_command_line() {
        noClasses()
                .that()
                .resideInAPackage(Product.SERVER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Product.CLI, Product.EMBEDDED)
                .because(
                        "composition roots and local servers belong to the executable, which is the only one to know all")
                .check(Product.CLASSES);
    }

    @Test
    void local_servers_and_migrations_depend_on_nothing_of_the_engine() {
        standsAlone(Product.EMBEDDED);
        standsAlone(Product.MIGRATIONS);
    }

    @Test
    void the_checker_shares_nothing_with_the_engine_that_it_checks() {
        standsAlone("io.orchestrator.verify..");
    }

    private static void standsAlone(String module) {
        noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.orchestrator..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage(module))))
                .because(
                        "it stands apart from core: core's tests, operators and checks use it, not the other way round")
                .check(Product.CLASSES);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("io.orchestrator.(*)..")
                .should()
                .beFreeOfCycles()
                .because("two packages that need each other are one; today there is no exception")
                .check(Product.CLASSES);
    }
}
