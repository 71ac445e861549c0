package dev.phaseline.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// A request and the way to answer it. For the one thread that answers.
public final class HttpCall {
  /// A client that is still sending does not listen: what it sends is read, and forgotten, up to
  /// this much before it is refused.
  private static final long DRAINED_MAX = 64L << 20;

  private static final int LINE_MAX = 200;
  private static final long DRAINED_UNASKED_MAX = 1L << 20;

  private final Request request;
  private final Response response;
  private final HttpLimits limits;
  private final Deadlines deadlines;
  private boolean bodyRead;
  private boolean ended;

  HttpCall(Request request, Response response, HttpLimits limits, Deadlines deadlines) {
    this.request = request;
    this.response = response;
    this.limits = limits;
    this.deadlines = deadlines;
  }

  /// The method, in capitals as clients send it.
  public String method() {
    return request.getMethod();
  }

  /// The path as it came, still percent-encoded and with its dots.
  public String path() {
    var path = request.getHttpURI().getPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /// The request for a log: method and path in printable ASCII, at most 200 characters of them.
  /// What else a client sent is a question mark there.
  public String line() {
    var text = method() + ' ' + path();
    var clipped = text.length() <= LINE_MAX ? text : text.substring(0, LINE_MAX) + "...";
    return clipped.replaceAll("[^ -~]", "?");
  }

  /// The text behind the question mark as it came; null when there is none.
  public @Nullable String query() {
    return request.getHttpURI().getQuery();
  }

  /// The first header of this name; empty text when there is none.
  public String header(String name) {
    var value = request.getHeaders().get(name);
    return value == null ? "" : value;
  }

  /// All headers of this name, in their order.
  public List<String> headers(String name) {
    return request.getHeaders().stream()
        .filter(field -> field.is(name))
        .map(field -> field.getValue() == null ? "" : field.getValue())
        .toList();
  }

  /// The other end of the connection.
  public InetSocketAddress remote() {
    return request.getConnectionMetaData().getRemoteSocketAddress()
            instanceof InetSocketAddress address
        ? address
        : InetSocketAddress.createUnresolved("unknown", 0);
  }

  /// The whole body.
  ///
  /// @throws BodyTooLargeException when it is larger than this
  /// @throws IOException when it does not come, or not in time
  public byte[] body(int atMost) throws IOException {
    bodyRead = true;
    if (request.getLength() == 0) return new byte[0];
    try (var _ = deadlines.within(limits.body(), endPoint());
        var in = Content.Source.asInputStream(request)) {
      if (request.getLength() <= atMost) {
        var bytes = in.readNBytes(atMost + 1);
        if (bytes.length <= atMost) return bytes;
      }
      if (!isDrained(in, DRAINED_MAX)) announceClose();
    }
    throw new BodyTooLargeException(atMost);
  }

  /// Reads the rest of a body and forgets it.
  ///
  /// @return whether its end came within so many bytes
  private static boolean isDrained(InputStream in, long atMost) throws IOException {
    var left = atMost;
    var buffer = new byte[1 << 14];
    while (left > 0) {
      var read = in.read(buffer);
      if (read < 0) return true;
      left -= read;
    }
    return false;
  }

  /// Jetty closes a connection with an unread body, and a client must not send its next request
  /// there.
  private void announceClose() {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
  }

  /// Sets a header of the answer.
  public void set(String name, String value) {
    response.getHeaders().put(name, value);
  }

  /// Sends the answer; of one to HEAD only the headers go out.
  public void send(int status, byte[] body) throws IOException {
    settle();
    response.setStatus(status);
    if (status != 204 && status != 304) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    }
    write(true, body);
  }

  /// A refusal goes out before the body was read: the client may be in the middle of sending it.
  private void settle() throws IOException {
    if (bodyRead || request.getLength() == 0 || !hasBody()) return;
    bodyRead = true;
    if (request.getLength() > DRAINED_UNASKED_MAX || !header("Expect").isEmpty()) {
      announceClose();
      return;
    }
    try (var _ = deadlines.within(limits.body(), endPoint());
        var in = Content.Source.asInputStream(request)) {
      if (!isDrained(in, DRAINED_UNASKED_MAX)) announceClose();
    }
  }

  private boolean hasBody() {
    return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  /// Begins an answer that has no end yet; [#push] continues it.
  public void open(int status) throws IOException {
    settle();
    response.setStatus(status);
    write(method().equals("HEAD"), new byte[0]);
  }

  /// Sends more of an answer that was opened. A client that does not take it in time loses its
  /// connection, so that one write is the most that is ever held for it.
  public void push(byte[] bytes) throws IOException {
    write(false, bytes);
  }

  /// Ends an answer that was opened.
  void finish() throws IOException {
    if (!ended && response.isCommitted()) write(true, new byte[0]);
  }

  private void write(boolean last, byte[] bytes) throws IOException {
    if (ended) return;
    ended = last;
    var written = new Callback.Completable();
    try (var _ = deadlines.within(limits.write(), endPoint())) {
      response.write(last, ByteBuffer.wrap(bytes), written);
      written.get();
    } catch (ExecutionException | CancellationException failed) {
      throw new IOException("the client is gone or too slow", failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while answering", stop);
    }
  }

  private EndPoint endPoint() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }
}
