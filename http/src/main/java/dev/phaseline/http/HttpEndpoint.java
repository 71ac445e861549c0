package dev.phaseline.http;

import java.io.IOException;

/// The application of a server. Thread-safe: calls come on many virtual threads at once.
public interface HttpEndpoint {

  /// Answers one request, by one of the sending methods of the call.
  ///
  /// @throws IOException when the client is gone or too slow; its connection is closed then
  void answer(HttpCall call) throws IOException;

  /// The answer to what the server itself refuses before [#answer] is reached: a request line or a
  /// header that can't be read (400), a head that is too large (414, 431), a version that is not
  /// spoken (505); and to an `answer` that failed (500).
  ///
  /// @param status of the answer
  HttpReply refusal(int status);
}
