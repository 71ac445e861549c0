@NullMarked
package dev.phaseline.topics;

import org.jspecify.annotations.NullMarked;
