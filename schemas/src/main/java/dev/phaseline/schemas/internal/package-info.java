/// Shared inside the product; not API.
@NullMarked
package dev.phaseline.schemas.internal;

import org.jspecify.annotations.NullMarked;
