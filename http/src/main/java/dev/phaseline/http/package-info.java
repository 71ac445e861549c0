/// An HTTP/1.1 server whose limits are its own. Start reading at [HttpServer].
@NullMarked
package dev.phaseline.http;

import org.jspecify.annotations.NullMarked;
