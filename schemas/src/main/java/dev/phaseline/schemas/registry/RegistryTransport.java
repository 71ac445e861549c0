package dev.phaseline.schemas.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// Gets one answer out of a list of addresses, or says that there is none. Thread-safe.
///
/// Connection failures, timeouts, 429 and the 500s go on to the next address and, after a whole
/// round, wait and start again; every other answer is an answer. All calls of the registry's API
/// that go through here may be repeated without harm. Redirects are not followed: credentials go
/// nowhere but to the addresses that were configured.
final class RegistryTransport implements AutoCloseable {
  /// Longer answers are refused; no schema that fits into a Kafka record comes near it.
  static final int ANSWER_BYTES_MAX = 16 << 20;

  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

  /// @param status of HTTP
  /// @param body may be empty
  /// @param location where a redirect points, or null
  /// @param from who answered
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, byte[] body, @Nullable String location, URI from) {}

  private final RegistryConfig config;
  private final HttpClient http;
  private volatile int preferred;

  RegistryTransport(RegistryConfig config) {
    this.config = config;
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // no upgrade dance with servers that know none
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timing().connect());
    if (config.tls() != null) builder.sslContext(config.tls());
    http = builder.build();
  }

  /// @throws RegistryUnavailableException when no address gave an answer
  Answer send(String method, String path, byte @Nullable [] body) {
    Failure failure = null;
    var urls = config.urls();
    for (var round = 0; round <= config.timing().retriesMax(); round++) {
      if (round > 0) pause(round);
      var first = preferred;
      for (var i = 0; i < urls.size(); i++) {
        var index = (first + i) % urls.size();
        try {
          var answer = exchange(request(urls.get(index), method, path, body), urls.get(index));
          if (answer.status() < 500 && answer.status() != 429) {
            preferred = index;
            return answer;
          }
          failure = new Failure(urls.get(index), "answered " + answer.status(), null);
        } catch (IOException noAnswer) {
          failure = new Failure(urls.get(index), describe(noAnswer), noAnswer);
        }
      }
    }
    throw unavailable(urls, failure);
  }

  private record Failure(URI url, String what, @Nullable Exception cause) {}

  private RegistryUnavailableException unavailable(List<URI> urls, @Nullable Failure failure) {
    var last = failure == null ? "" : ": " + failure.url() + " " + failure.what();
    return new RegistryUnavailableException(
        "schema registry "
            + urls
            + " is not available after "
            + (config.timing().retriesMax() + 1)
            + " tries"
            + last
            + "; start it, or correct schema.registry.url",
        failure == null ? null : failure.cause());
  }

  private HttpRequest request(URI base, String method, String path, byte @Nullable [] body) {
    var builder =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(config.timing().exchange())
            .header("Accept", MEDIA_TYPE + ", application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (body != null) builder.header("Content-Type", MEDIA_TYPE);
    if (config.authorization() != null) builder.header("Authorization", config.authorization());
    return builder.build();
  }

  /// The request's own timeout ends with the headers, so the whole exchange is bounded here.
  private Answer exchange(HttpRequest request, URI base) throws IOException {
    var pending = http.sendAsync(request, head -> new BoundedBody());
    try {
      var response = pending.get(config.timing().exchange().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          response.statusCode(),
          response.body(),
          response.headers().firstValue("location").orElse(null),
          base);
    } catch (InterruptedException interrupted) {
      pending.cancel(true);
      throw new InterruptException(interrupted);
    } catch (TimeoutException late) {
      pending.cancel(true);
      throw new IOException(
          "gave no whole answer within " + config.timing().exchange().toMillis() + " ms", late);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException io
          ? io
          : new IOException("failed with " + failed.getCause(), failed);
    }
  }

  private static String describe(IOException noAnswer) {
    return switch (noAnswer) {
      case java.net.http.HttpConnectTimeoutException connecting ->
          "did not accept a connection in time";
      case java.net.http.HttpTimeoutException answering -> "gave no answer in time";
      case ConnectException refused -> "refused the connection or does not exist";
      case SSLException tls ->
          "failed in TLS (" + tls.getMessage() + "); check the schema.registry.ssl.* settings";
      default ->
          noAnswer.getMessage() == null
              ? noAnswer.getClass().getSimpleName()
              : noAnswer.getMessage();
    };
  }

  private void pause(int retry) {
    try {
      Thread.sleep(config.timing().waitMs(retry, ThreadLocalRandom.current().nextDouble()));
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /// Collects an answer of bounded size.
  private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription source;

    @Override
    public CompletionStage<byte[]> getBody() {
      return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      source = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (var buffer : buffers) {
        if (bytes.size() + buffer.remaining() > ANSWER_BYTES_MAX) {
          if (source != null) source.cancel();
          whole.completeExceptionally(
              new IOException("sent more than " + ANSWER_BYTES_MAX + " bytes"));
          return;
        }
        var chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
      }
    }

    @Override
    public void onError(Throwable failure) {
      whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      whole.complete(bytes.toByteArray());
    }
  }
}
