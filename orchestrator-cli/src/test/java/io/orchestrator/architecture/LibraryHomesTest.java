package io.orchestrator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.PackageMatchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Each library has one home; everybody else uses what the home offers. */
class LibraryHomesTest {
    /** Shares nothing with the engine, not even the way to its database: its findings would be worth less. */
    private static final String CHECKER = "io.orchestrator.verify..";

    /** A library's packages, the only package that may use it, and why. */
    enum Library {
        JOOQ_AND_JDBC(
                "io.orchestrator.store.postgres..",
                "SQL stands beside the reasoning about locks and transactions that makes it right",
                "org.jooq..",
                "java.sql..",
                "javax.sql..",
                "org.postgresql..",
                "com.zaxxer.."),
        FLYWAY("io.orchestrator.store.postgres..", "one place decides when a schema changes", "org.flywaydb.."),
        ZSTD(
                "io.orchestrator.store.postgres..",
                "how a checkpoint is stored is the store's own affair",
                "com.github.luben.."),
        LETTUCE(
                "io.orchestrator.queue.redis..",
                "the rest of the engine must be able to go on while Redis is away",
                "io.lettuce..",
                "io.netty.."),
        JACKSON_AND_SCHEMAS(
                "io.orchestrator.json..",
                "all JSON follows the same bounds and the same number rules",
                "tools.jackson..",
                "com.fasterxml..",
                "com.networknt.."),
        JAVALIN("io.orchestrator.server..", "HTTP is a door, not the house", "io.javalin..", "jakarta.servlet.."),
        RESILIENCE4J("io.orchestrator.worker..", "only workers see how attempts end", "io.github.resilience4j.."),
        PICOCLI("io.orchestrator.cli..", "the command line is a door, not the house", "picocli.."),
        ARCHIVES(
                "io.orchestrator.embedded..",
                "only the local servers are unpacked from archives",
                "org.apache.commons.compress..",
                "org.tukaani.."),
        EMBEDDED_SERVERS(
                "io.orchestrator.embedded..",
                "servers for development and tests must not be reachable from the engine",
                "io.zonky..",
                "redis.embedded..",
                "org.signal..");

        private final String home;
        private final String reason;
        private final String packages;

        Library(String home, String reason, String... packages) {
            this.home = home;
            this.reason = reason;
            this.packages = String.join(" ", packages);
        }

        private DescribedPredicate<JavaClass> types() {
            PackageMatchers matchers = PackageMatchers.of(packages.split(" "));
            return DescribedPredicate.describe("are of " + name(), type -> matchers.test(type.getPackageName()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_library_is_used_at_home_only(Library library) {
        noClasses()
                .that()
                .resideOutsideOfPackages(library.home, CHECKER)
                .should()
                .dependOnClassesThat(library.types())
                .because(library.reason)
                .check(Product.CLASSES);
    }

    /**
     * Keeps the rule above from guarding a package name that no longer exists. Of the embedded servers only the binaries
     * are used, as resources.
     */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "EMBEDDED_SERVERS")
    void a_library_is_used_at_home(Library library) {
        DescribedPredicate<JavaClass> types = library.types();
        assertThat(Product.CLASSES.stream()
                        .filter(type -> PackageMatchers.of(library.home).test(type.getPackageName()))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .map(dependency -> dependency.getTargetClass()))
                .as("classes that " + library.home + " uses of " + library)
                .anyMatch(types);
    }

    @Test
    void the_generated_tables_are_used_by_the_store_only() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.orchestrator.store.postgres..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(Product.JOOQ_CODE)
                .because("they are the schema; who reads them knows Postgres")
                .check(Product.CLASSES);
    }
}
