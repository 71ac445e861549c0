package dev.phaseline.ops.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.http.ListenAddress;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProbeServerTest {
  private final AtomicReference<Optional<String>> broken = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> waiting = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> hint = new AtomicReference<>(Optional.empty());
  private final ProcessMeters meters = new ProcessMeters("1.2.3");
  private final ProbeServer server =
      ProbeServer.start(
          new ListenAddress("127.0.0.1", 0),
          meters,
          List.of(
              Probe.alive("the worker", broken::get),
              Probe.ready("phase cities.store", waiting::get),
              Probe.hint("timers", hint::get)));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    server.close();
    meters.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + server.address() + path));
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).build());
  }

  @Test
  void aHintIsShownAndMakesNothingUnready() throws Exception {
    hint.set(Optional.of("no scheduler runs"));

    var ready = get("/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo(
            "{\"status\":\"ready\",\"hints\":[{\"what\":\"timers\",\"why\":\"no scheduler"
                + " runs\"}]}\n");
    assertThat(get("/health").body()).isEqualTo("{\"status\":\"alive\"}\n");
  }

  @Test
  void metersAreToldAsPrometheusReadsThem() throws Exception {
    Counter.builder("phaseline.items")
        .tag("phase", "store")
        .register(meters.registry())
        .increment();

    var plain = get("/metrics");
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(plain.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(plain.body())
        .contains("phaseline_items_total{phase=\"store\"} 1.0")
        .contains("phaseline_build_info{version=\"1.2.3\"} 1\n")
        .contains("jvm_memory_used_bytes{");

    var open = send(request("/metrics").header("Accept", "application/openmetrics-text").build());
    assertThat(open.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void readinessSaysWhyNotAndThatItPasses() throws Exception {
    assertThat(get("/ready").statusCode()).isEqualTo(200);

    waiting.set(Optional.of("suspended: \"no route\"\n<b>"));
    var held = get("/ready");
    assertThat(held.statusCode()).isEqualTo(503);
    var reason = new ObjectMapper().readTree(held.body()).path("reasons").path(0);
    assertThat(reason.path("what").asText()).isEqualTo("phase cities.store");
    assertThat(reason.path("why").asText()).isEqualTo("suspended: \"no route\"\n<b>");
    assertThat(get("/health").statusCode()).isEqualTo(200);

    waiting.set(Optional.empty());
    assertThat(get("/ready").body()).isEqualTo("{\"status\":\"ready\"}\n");
  }

  @Test
  void whatWillNotMendFailsHealthAndReadiness() throws Exception {
    broken.set(Optional.of("a lane has ended"));

    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/health").body()).contains("not alive").contains("a lane has ended");
    assertThat(get("/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void headHasTheLengthAndNoBody() throws Exception {
    var head = send(request("/health").method("HEAD", HttpRequest.BodyPublishers.noBody()).build());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("Content-Length"))
        .hasValue(get("/health").body().length());
  }

  @Test
  void otherPathsAndMethodsAreRefusedWithTheRemedy() throws Exception {
    for (var path : List.of("/", "/metricsx", "/metrics/", "/ready/../x")) {
      var refused = get(path);
      assertThat(refused.statusCode()).as(path).isEqualTo(404);
      assertThat(refused.body()).contains("/metrics, /health or /ready").doesNotContain("passwd");
    }
    var climbing = get("/%2e%2e/etc/passwd");
    assertThat(climbing.statusCode()).isEqualTo(400);
    assertThat(climbing.body()).isEqualTo("{\"error\":\"malformed request\"}\n");
    assertThat(send(request("/metrics").DELETE().build()).headers().firstValue("Allow"))
        .hasValue("GET, HEAD");
    // The last of them: its connection is closed, now or when the next request is on it.
    var tenMegabytes = HttpRequest.BodyPublishers.ofByteArray(new byte[10 << 20]);
    try {
      assertThat(send(request("/metrics").POST(tenMegabytes).build()).statusCode()).isEqualTo(405);
    } catch (IOException cutOff) {
      // the answer comes before the body was read, and the connection is closed: as good
    }
  }

  @Test
  void someoneWhoNeverEndsTheirRequestHoldsUpNobody() throws Exception {
    try (var silent = new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
      silent.getOutputStream().write("GET /metrics HT".getBytes(US_ASCII));
      silent.getOutputStream().flush();

      assertThat(get("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void takenPortIsOneClearErrorWithTheRemedy() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = new ListenAddress("127.0.0.1", taken.getLocalPort());

      assertThatThrownBy(() -> ProbeServer.start(address, meters, List.of()))
          .isInstanceOf(ProbeServerException.class)
          .hasMessageContaining(address + " is taken by another program")
          .hasMessageContaining("choose another port");
    }
  }

  @Test
  void foreignAddressIsOneClearErrorWithTheRemedy() {
    assertThatThrownBy(
            () -> ProbeServer.start(new ListenAddress("192.0.2.1", 0), meters, List.of()))
        .isInstanceOf(ProbeServerException.class)
        .hasMessageContaining("can't listen on 192.0.2.1:0")
        .hasMessageContaining("use an address of this machine");
  }

  @Test
  void addressesAreReadAsPeopleWriteThem() {
    assertThat(ListenAddress.parse("9464")).isEqualTo(new ListenAddress("127.0.0.1", 9464));
    assertThat(ListenAddress.parse(" 0.0.0.0:9464 ")).isEqualTo(new ListenAddress("0.0.0.0", 9464));
    assertThat(ListenAddress.parse("[::1]:0")).isEqualTo(new ListenAddress("::1", 0));
    assertThat(ListenAddress.parse("[::1]:0")).hasToString("[::1]:0");
    for (var wrong :
        List.of("", "host", "host:", ":9464", "::1:9464", "host:99999", "host:-1", "h:٣")) {
      assertThatThrownBy(() -> ListenAddress.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("9464");
    }
  }
}
