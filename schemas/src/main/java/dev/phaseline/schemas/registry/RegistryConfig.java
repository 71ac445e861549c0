package dev.phaseline.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/// Settings of the registry client, under the names of Confluent's client. If it exists, it is
/// valid. Its text never shows credentials.
///
/// | setting | default | |
/// |---|---|---|
/// | `schema.registry.url` | | one or more addresses, tried in turn |
/// | `basic.auth.credentials.source` | `USER_INFO` if user info is set, else `URL` | |
/// | `basic.auth.user.info` | | `user:password` |
/// | `bearer.auth.token` | | sent as it is |
/// | `schema.registry.ssl.*` | the JVM's trust store | as Kafka's `ssl.*`: JKS, PKCS12 or PEM |
/// | `http.connect.timeout.ms` | 5000 | |
/// | `http.read.timeout.ms` | 10000 | a whole exchange |
/// | `max.retries` | 3 | rounds over all addresses after the first |
/// | `retries.wait.ms` | 100 | before the first retry; doubles |
/// | `retries.max.wait.ms` | 2000 | |
/// | `phaseline.registry.look.again.ms` | 1000 | before a schema that was not found is asked for again |
/// | `phaseline.registry.cache.max` | 1000 | schemas kept by id, and by subject |
///
/// @param urls without credentials, without a slash at the end
/// @param authorization the value of the header, or null for none
/// @param tls for `https` addresses, or null for the JVM's own
/// @param timing timeouts and retries
/// @param cacheMax how many schemas are kept
record RegistryConfig(
    List<URI> urls,
    @Nullable String authorization,
    @Nullable SSLContext tls,
    Timing timing,
    int cacheMax) {

  static final String URL = "schema.registry.url";
  static final String USER_INFO = "basic.auth.user.info";
  static final String USER_INFO_SOURCE = "basic.auth.credentials.source";
  static final String TOKEN = "bearer.auth.token";
  static final String TOKEN_SOURCE = "bearer.auth.credentials.source";

  /// Timeouts and retries.
  ///
  /// @param connect until a connection stands
  /// @param exchange until the whole answer is there
  /// @param retriesMax rounds over all addresses after the first
  /// @param waitMin before the first retry
  /// @param waitMax no wait is longer
  /// @param lookAgain before a schema that was not found is asked for again
  record Timing(
      Duration connect,
      Duration exchange,
      int retriesMax,
      Duration waitMin,
      Duration waitMax,
      Duration lookAgain) {

    static Timing from(Map<String, ?> settings) {
      return new Timing(
          Duration.ofMillis(number(settings, "http.connect.timeout.ms", 5_000, 1)),
          Duration.ofMillis(number(settings, "http.read.timeout.ms", 10_000, 1)),
          number(settings, "max.retries", 3, 0),
          Duration.ofMillis(number(settings, "retries.wait.ms", 100, 0)),
          Duration.ofMillis(number(settings, "retries.max.wait.ms", 2_000, 0)),
          Duration.ofMillis(number(settings, "phaseline.registry.look.again.ms", 1_000, 0)));
    }

    /// The wait before a retry, in ms: doubling, capped, scaled by a jitter in [0.5, 1).
    long waitMs(int retry, double jitter) {
      var doublings = Math.min(retry - 1, 20); // bounded, so the multiplication cannot wrap
      var ceilingMs = Math.min(waitMin.toMillis() * (1L << doublings), waitMax.toMillis());
      return (long) (ceilingMs * (0.5 + jitter / 2));
    }
  }

  RegistryConfig {
    if (urls.isEmpty()) {
      throw new ConfigException(
          URL + " is not set; give the registry's address, like http://localhost:8081");
    }
    if (cacheMax < 2) throw new ConfigException("phaseline.registry.cache.max < 2: " + cacheMax);
    urls = List.copyOf(urls);
  }

  /// Reads the settings; those of others are ignored.
  ///
  /// @throws ConfigException naming the setting and the remedy
  static RegistryConfig from(Map<String, ?> settings) {
    var urls = new ArrayList<URI>();
    String userInfo = null;
    for (var text : addresses(settings.get(URL))) {
      var url = address(text);
      if (url.getUserInfo() != null) userInfo = url.getUserInfo();
      urls.add(withoutUserInfo(url));
    }
    return new RegistryConfig(
        urls,
        authorization(settings, userInfo),
        TlsSettings.context(settings),
        Timing.from(settings),
        number(settings, "phaseline.registry.cache.max", 1_000, 2));
  }

  private static List<String> addresses(@Nullable Object value) {
    var texts =
        switch (value) {
          case null -> List.<String>of();
          case Collection<?> several -> several.stream().map(String::valueOf).toList();
          default -> Arrays.asList(value.toString().split(",", -1));
        };
    return texts.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
  }

  private static URI address(String text) {
    var shown = text.replaceFirst("//[^/@]*@", "//***@");
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException notAUrl) {
      throw new ConfigException(URL + " '" + shown + "' is not a URL"); // its text may hold secrets
    }
    var scheme = url.getScheme();
    if (scheme == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new ConfigException(URL + " '" + shown + "' must start with http:// or https://");
    }
    if (url.getHost() == null) throw new ConfigException(URL + " '" + shown + "' names no host");
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new ConfigException(URL + " '" + shown + "' must not have a query or a fragment");
    }
    return url;
  }

  private static URI withoutUserInfo(URI url) {
    var port = url.getPort() < 0 ? "" : ":" + url.getPort();
    var path = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
    return URI.create(url.getScheme() + "://" + url.getHost() + port + path);
  }

  private static @Nullable String authorization(
      Map<String, ?> settings, @Nullable String urlUserInfo) {
    var token = text(settings, TOKEN);
    if (token == null) token = text(settings, "schema.registry." + TOKEN);
    var userInfo = text(settings, USER_INFO);
    if (userInfo == null) userInfo = text(settings, "schema.registry." + USER_INFO);
    checkSource(settings, TOKEN_SOURCE, "STATIC_TOKEN", token != null ? null : TOKEN);
    var source = text(settings, USER_INFO_SOURCE);
    if (source != null && !source.equals("URL")) {
      checkSource(settings, USER_INFO_SOURCE, "USER_INFO", userInfo != null ? null : USER_INFO);
    }
    if (source != null && source.equals("URL")) userInfo = urlUserInfo;
    if (userInfo == null) userInfo = urlUserInfo;
    if (token != null && userInfo != null) {
      throw new ConfigException(
          "both " + TOKEN + " and basic authentication are set; the registry takes one of them");
    }
    if (token != null) return checkPrintable(TOKEN, "Bearer " + token);
    if (userInfo == null) return null;
    if (userInfo.indexOf(':') < 1) {
      throw new ConfigException(USER_INFO + " must look like user:password");
    }
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(UTF_8));
  }

  private static void checkSource(
      Map<String, ?> settings, String name, String supported, @Nullable String missing) {
    var source = text(settings, name);
    if (source == null) return;
    if (!source.equals(supported)) {
      throw new ConfigException(
          name + " '" + source + "' is not supported; use " + supported + " or leave it out");
    }
    if (missing != null) {
      throw new ConfigException(name + " is " + source + ", but " + missing + " is not set");
    }
  }

  private static String checkPrintable(String name, String header) {
    if (header.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new ConfigException(name + " has characters that a header can't carry");
    }
    return header;
  }

  static @Nullable String text(Map<String, ?> settings, String name) {
    var value = settings.get(name);
    if (value == null) return null;
    var text = value instanceof Password password ? password.value() : value.toString();
    return text.isBlank() ? null : text.strip();
  }

  static int number(Map<String, ?> settings, String name, int byDefault, int min) {
    var text = text(settings, name);
    if (text == null) return byDefault;
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new ConfigException(name + " '" + text + "' is not a whole number");
    }
    if (number < min) throw new ConfigException(name + " is " + number + ", at least " + min);
    return number;
  }

  @Override
  public String toString() {
    return "RegistryConfig" + urls + (authorization == null ? "" : " with credentials");
  }
}
