@NullMarked
package dev.phaseline.http;

import org.jspecify.annotations.NullMarked;
