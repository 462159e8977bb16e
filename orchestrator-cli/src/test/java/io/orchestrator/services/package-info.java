/** The services as processes of their own, against real servers, with faults that only a process can have. */
@NullMarked
package io.orchestrator.services;

import org.jspecify.annotations.NullMarked;
