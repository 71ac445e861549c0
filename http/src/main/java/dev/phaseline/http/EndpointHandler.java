package dev.phaseline.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The bridge from Jetty to an endpoint: requests, each on a virtual thread, and what Jetty refuses
/// itself. Thread-safe.
final class EndpointHandler extends Handler.Abstract {
  private final HttpEndpoint endpoint;
  private final HttpLimits limits;
  private final Deadlines deadlines;

  EndpointHandler(HttpEndpoint endpoint, HttpLimits limits, Deadlines deadlines) {
    super(InvocationType.BLOCKING);
    this.endpoint = endpoint;
    this.limits = limits;
    this.deadlines = deadlines;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var connection = request.getConnectionMetaData().getConnection();
    deadlines.received(connection);
    // A handler may work for longer than a connection may be silent: that is no client's fault.
    request.addIdleTimeoutListener(_ -> false);
    var call = new HttpCall(request, response, limits, deadlines);
    try {
      endpoint.answer(call);
      call.finish();
    } catch (IOException gone) {
      // Nothing more can be said there, and what was said may be half of it.
      connection.getEndPoint().close();
      callback.failed(gone);
      return true;
    }
    deadlines.waits(connection);
    callback.succeeded();
    return true;
  }

  /// Says what Jetty refuses, in the endpoint's words and with its headers; Jetty's own page would
  /// show the reason as an exception gives it.
  boolean refuse(Request request, Response response, Callback callback) {
    var reply = endpoint.refusal(response.getStatus());
    response.setStatus(reply.status());
    reply.headers().forEach(response.getHeaders()::put);
    // Jetty closes most of these connections, and a client must not send its next request there.
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
    response.write(true, ByteBuffer.wrap(reply.body()), callback);
    return true;
  }
}
