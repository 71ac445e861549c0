package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/// The compiler's answer to pipelines whose phases meet, and to those whose phases don't. Each
/// snippet is what follows `Pipeline.named("p")`.
final class PhaseTypesTest {
  private static final List<String> MEET =
      List.of(
          // the same type, with and without options and key
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.next(x))
          .phase("b", Codec.text(), (x, _) -> Outcome.next(x.length()), o -> o.withConcurrency(1))
          .phase("c", of(Integer.class), (x, _) -> Outcome.next(x + 1), x -> "" + x, o -> o)
          .result(of(Integer.class))
          """,
          // a subtype into its supertype, of a sealed type and of Number
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.next(new Circle(x.length())))
          .phase("b", of(Shape.class), (x, _) -> switch (x) {
              case Circle c -> Outcome.next(c.r());
              case Square s -> Outcome.to("d", "a square");
            })
          .phase("c", of(Number.class), (x, _) -> Outcome.next(x.toString()))
          .phase("d", Codec.text(), (x, _) -> Outcome.done(x))
          .result(Codec.text())
          """,
          // nothing is handed on by Next: what follows is reached by name, or not at all
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.to("c", x))
          .phase("b", Codec.bytes(), (_, _) -> Outcome.dead("never"))
          .phase("c", Codec.text(), (_, _) -> Outcome.done(), o -> o)
          .phase("d", of(Integer.class), (_, _) -> Outcome.done(), x -> "k", o -> o)
          """,
          // fan-out into the next phase
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.fanOut(List.of(x, x)))
          .phase("b", Codec.text(), (x, _) -> {
              if (x.isEmpty()) return Outcome.suspend(Duration.ofSeconds(1), "empty");
              return Outcome.next(x.getBytes());
            })
          .result(Codec.bytes())
          """,
          // handlers as method references and objects
          """
          .phase("a", Codec.text(), Snippet::shape)
          .phase("b", of(Shape.class), new Draw())
          .phase("c", Codec.text(), Snippet::shape)
          """,
          // Object, on both sides
          """
          .phase("a", of(Object.class), (x, _) -> Outcome.next(x))
          .phase("b", of(Object.class), (x, _) -> Outcome.next(x))
          .result(of(Object.class))
          """,
          // references with the type that they want
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.to(LEAF, x.length()))
          .phase("b", Codec.text(), (x, _) -> Outcome.fanOut(LEAF, List.of(1, 2)))
          .phase(LEAF.name(), LEAF.input(), (x, _) -> Outcome.done())
          """);

  private static final List<String> DO_NOT_MEET =
      List.of(
          // text into bytes, with and without options and key
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.next(x))
          .phase("b", Codec.bytes(), (x, _) -> Outcome.next(x))
          """,
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.next(x))
          .phase("b", Codec.bytes(), (x, _) -> Outcome.next(x), o -> o)
          """,
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.next(x))
          .phase("b", Codec.bytes(), (x, _) -> Outcome.next(x), x -> "k", o -> o)
          """,
          // a supertype into its subtype
          """
          .phase("a", Codec.text(), Snippet::shape)
          .phase("b", of(Circle.class), (x, _) -> Outcome.done())
          """,
          // one of two outcomes
          """
          .phase("a", Codec.text(), (x, _) -> x.isEmpty() ? Outcome.next(x) : Outcome.next(1))
          .phase("b", Codec.text(), (x, _) -> Outcome.done())
          """,
          // children that the next phase does not take
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.fanOut(List.of(1, 2)))
          .phase("b", Codec.text(), (x, _) -> Outcome.done())
          """,
          // a handler that wants another type than its codec gives
          """
          .phase("a", Codec.bytes(), Snippet::shape)
          """,
          // a result of another type
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.next(x.length()))
          .result(Codec.text())
          """,
          // another type than the reference wants
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.to(LEAF, x))
          """,
          """
          .phase("a", Codec.text(), (x, _) -> Outcome.fanOut(LEAF, List.of(x)))
          """);

  private static final String AROUND =
      """
      import dev.phaseline.core.*;
      import java.time.Duration;
      import java.util.List;

      class Snippet {
        sealed interface Shape {}
        record Circle(int r) implements Shape {}
        record Square(int a) implements Shape {}
        record Draw() implements PhaseHandler<Shape, String> {
          @Override public Outcome<String> handle(Shape shape, PhaseContext context) {
            return Outcome.next(shape.toString());
          }
        }
        static final PhaseRef<Integer> LEAF = PhaseRef.of("leaf", of(Integer.class));
        static <T> Codec<T> of(Class<T> type) { throw new AssertionError(); }
        static Outcome<Shape> shape(String text, PhaseContext context) {
          return Outcome.next(new Circle(1));
        }
        Pipeline pipeline() {
          return Pipeline.named("p")
              PHASES
              .build();
        }
      }
      """;

  @Test
  void phasesThatMeetAreTaken() throws Exception {
    var softly = new SoftAssertions();
    for (var snippet : MEET) softly.assertThat(errors(snippet)).as(snippet).isEmpty();
    softly.assertAll();
  }

  @Test
  void phasesThatDoNotMeetAreRefused() throws Exception {
    var softly = new SoftAssertions();
    for (var snippet : DO_NOT_MEET) {
      softly
          .assertThat(errors(snippet))
          .as(snippet)
          .singleElement()
          .asString()
          .matches(
              "(?s).*(incompatible bounds|incompatible types|incompatible parameter types"
                  + "|cannot be converted).*");
    }
    softly.assertAll();
  }

  @Test
  void theRefusalNamesBothTypes() throws Exception {
    assertThat(errors(DO_NOT_MEET.getFirst()).getFirst())
        .contains("Encoder<? super java.lang.String>", "Codec<byte[]>");
  }

  /// The compiler's errors, one text for each.
  private static List<String> errors(String snippet) throws Exception {
    var core = Path.of(Pipeline.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var found = new DiagnosticCollector<JavaFileObject>();
    var options =
        List.of("-proc:none", "-Xlint:none", "-implicit:none", "-classpath", core.toString());
    var text = AROUND.replace("PHASES", snippet.strip());
    var source =
        new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(found, Locale.ROOT, null)) {
      var task =
          (com.sun.source.util.JavacTask)
              compiler.getTask(null, files, found, options, null, List.of(source));
      task.analyze();
    }
    return found.getDiagnostics().stream()
        .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
        .map(one -> one.getMessage(Locale.ROOT))
        .collect(Collectors.toList());
  }
}
