/** Real servers for tests: those of the environment where it names some, else embedded ones, one set for each JVM. */
@NullMarked
package io.orchestrator.testing.servers;

import org.jspecify.annotations.NullMarked;
