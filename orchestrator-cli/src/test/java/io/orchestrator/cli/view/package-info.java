@NullMarked
package io.orchestrator.cli.view;

import org.jspecify.annotations.NullMarked;
