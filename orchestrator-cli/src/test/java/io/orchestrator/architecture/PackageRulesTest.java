package io.orchestrator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.PackageMatchers;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Packages say what they are for, and show no more than they have to. */
class PackageRulesTest {
    @Test
    void the_store_on_postgres_shows_four_classes() {
        classes()
                .that()
                .resideInAPackage("io.orchestrator.store.postgres")
                .and()
                .areTopLevelClasses()
                .and()
                .haveSimpleNameNotEndingWith("package-info")
                .should()
                .notBePublic()
                .orShould()
                .haveSimpleName("PostgresStore")
                .orShould()
                .haveSimpleName("Database")
                .orShould()
                .haveSimpleName("DatabaseUrl")
                .orShould()
                .haveSimpleName("Migrator")
                .because("others reach the store through its ports; each statement can then change alone")
                .check(Product.CLASSES);
    }

    @Test
    void every_package_says_what_it_is_for_and_is_null_marked() {
        PackageMatchers generated = PackageMatchers.of(Product.JOOQ_CODE);
        List<String> unmarked = Product.CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(p -> !generated.test(p.getName()))
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .sorted()
                .toList();
        assertThat(unmarked)
                .as("packages without a package-info.java that says what the package is for and is @NullMarked")
                .isEmpty();
    }
}
