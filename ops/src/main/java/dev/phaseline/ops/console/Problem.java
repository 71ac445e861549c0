package dev.phaseline.ops.console;

import java.util.LinkedHashMap;
import java.util.Map;

/// Error answer of the API: RFC 9457's problem details. The detail names the thing, the remedy says
/// what to do about it.
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String slug;
  private final String title;
  private final String remedy;
  private final transient Map<String, Object> more;

  private Problem(
      int status,
      String slug,
      String title,
      String detail,
      String remedy,
      Map<String, Object> more) {
    super(detail);
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.remedy = remedy;
    this.more = more;
  }

  static Problem of(int status, String slug, String title, String detail, String remedy) {
    return new Problem(status, slug, title, detail, remedy, Map.of());
  }

  /// The request itself is wrong.
  static Problem bad(String slug, String detail, String remedy) {
    return of(400, slug, "The request can't be understood", detail, remedy);
  }

  /// There is no such thing.
  static Problem missing(String slug, String detail, String remedy) {
    return of(404, slug, "There is no such thing", detail, remedy);
  }

  /// The state of the resource does not allow the operation.
  static Problem conflict(String slug, String detail, String remedy) {
    return of(409, slug, "It can't be done as things stand", detail, remedy);
  }

  /// Something that the console needs does not answer.
  static Problem unavailable(String slug, String detail, String remedy) {
    return of(503, slug, "Something the console needs does not answer", detail, remedy);
  }

  /// Refusal by the server before the request is parsed.
  static Problem refused(int status) {
    return switch (status) {
      case 408 ->
          of(status, "too-slow", "The request came too slowly", "it is not whole", "send it again");
      case 414, 431 ->
          of(
              status,
              "head-too-large",
              "The request's head is too large",
              "its line and headers have more than 32 KiB",
              "shorten the query, or clear the browser's cookies for this host");
      case 500 ->
          of(
              status,
              "internal",
              "The console has an error",
              "the request met an error of the console itself",
              "details are in the console's log");
      case 505 ->
          of(
              status,
              "wrong-version",
              "The request can't be understood",
              "it is not HTTP/1.1",
              "use HTTP/1.1");
      default ->
          of(
              status,
              "malformed-request",
              "The request can't be understood",
              "its line or one of its headers is not HTTP",
              "send a request as RFC 9112 has it");
    };
  }

  /// The user's role does not allow the operation.
  static Problem role(Principal who, Role needed, String remedy) {
    var detail = "'" + who.name() + "' is " + who.role().text();
    return of(403, "role", "Your role may not do this", detail, remedy)
        .with("needs", needed.text());
  }

  /// The same with one more member.
  Problem with(String name, Object value) {
    var all = new LinkedHashMap<String, Object>(more == null ? Map.of() : more);
    all.put(name, value);
    return new Problem(status, slug, title, detail(), remedy, all);
  }

  int status() {
    return status;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  /// The answer's members.
  Map<String, Object> members() {
    var out = new LinkedHashMap<String, Object>();
    out.put("type", "urn:phaseline:problem:" + slug);
    out.put("title", title);
    out.put("status", status);
    out.put("detail", detail());
    out.put("remedy", remedy);
    if (more != null) out.putAll(more);
    return out;
  }

  /// No stack trace: the problem is raised on purpose and shown to the client.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
