@NullMarked
package io.orchestrator.embedded;

import org.jspecify.annotations.NullMarked;
