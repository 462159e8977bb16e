package io.orchestrator.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The classes that are shipped, of all modules, and the packages that make a module. */
final class Product {
    static final String ROOT = "io.orchestrator";
    static final String JOOQ_CODE = "io.orchestrator.store.postgres.jooq..";
    static final String EMBEDDED = "io.orchestrator.embedded..";
    static final String SCHEDULER = "io.orchestrator.scheduler..";
    static final String WORKER = "io.orchestrator.worker..";
    static final String TIMER = "io.orchestrator.timer..";
    static final String SERVER = "io.orchestrator.server..";
    static final String CLI = "io.orchestrator.cli..";
    static final String MIGRATIONS = "io.orchestrator.migrations..";

    /** Imported once: it takes a second or two. */
    static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(Product::isShipped).importPackages(ROOT);

    /** The modules beside core, each with a package of its own name; every other package is core's. */
    private static final List<String> OWN_PACKAGES =
            List.of("embedded", "scheduler", "worker", "timer", "server", "cli", "verify", "migrations");

    private static final Pattern ARTIFACT =
            Pattern.compile("/(?:orchestrator-)?([a-z]+)(?:/target/classes/|-[^/]*\\.jar!/)");

    private Product() {}

    /** In a build the other modules are either directories or archives, tests included. */
    private static boolean isShipped(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar!");
    }

    /** The module that the package belongs to, by its name. */
    static String moduleByName(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.");
        return parts.length > 2 && OWN_PACKAGES.contains(parts[2]) ? parts[2] : "core";
    }

    /** The module that the class file was found in. */
    static String moduleByPlace(JavaClass type) {
        String place = type.getSource().orElseThrow().getUri().toString();
        Matcher artifact = ARTIFACT.matcher(place);
        String module = "";
        while (artifact.find()) {
            module = artifact.group(1);
        }
        return module;
    }
}
