package dev.phaseline.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A client that sends what it is told, whether it is a request or not. For one thread.
final class RawClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private final Socket socket;

  RawClient(InetSocketAddress at) throws IOException {
    socket = new Socket(at.getAddress(), at.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
  }

  RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return this;
  }

  /// What comes until the server closes.
  String rest() throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException reset) {
      return "";
    }
  }

  /// One line of what comes.
  String line() throws IOException {
    var line = new StringBuilder();
    for (var c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
      if (c == '\n') return line.toString();
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }

  /// One answer with its body, whose length its head gives.
  String answer() throws IOException {
    var all = new StringBuilder();
    var length = 0;
    for (var line = line(); !line.isEmpty(); line = line()) {
      all.append(line).append('\n');
      if (line.startsWith("Content-Length: ")) length = Integer.parseInt(line.substring(16));
    }
    var body = new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    return all.append('\n').append(body).toString();
  }

  /// Whether nothing comes for so long.
  boolean isSilentFor(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      return socket.getInputStream().read() < -1;
    } catch (SocketTimeoutException nothing) {
      return true;
    } finally {
      socket.setSoTimeout((int) PATIENCE.toMillis());
    }
  }

  /// Sends a byte now and then until the server closes.
  void dripUntilClosed(char drop) throws IOException, InterruptedException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    socket.setSoTimeout(100);
    while (System.nanoTime() < end) {
      try {
        send(String.valueOf(drop));
        if (socket.getInputStream().read() < 0) return;
      } catch (SocketTimeoutException stillOpen) {
        // the next byte tells
      } catch (SocketException closed) {
        return;
      }
    }
    throw new AssertionError("still open after " + PATIENCE);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
