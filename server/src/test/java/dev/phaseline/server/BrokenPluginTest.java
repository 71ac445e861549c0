package dev.phaseline.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plug-in that can't be used ends the start with one line that names the jar and the remedy,
/// whatever it throws: a class that its jar misses is the usual fault, and no exception.
final class BrokenPluginTest {
  @TempDir private Path folder;

  private Path plugins() throws IOException {
    return Files.createDirectories(folder.resolve("plugins"));
  }

  private JarMaker jar() {
    return new JarMaker(folder);
  }

  private ServerConfig config() throws IOException {
    return ServerFile.none()
        .withSetting(ServerConfig.REGISTRY, "http://127.0.0.1:1")
        .withPlugins(plugins());
  }

  private String refusal() throws IOException {
    var config = config();
    var failure = catchThrowableOfType(PluginException.class, () -> Pipelines.of(config));
    assertThat(failure.getMessage()).doesNotContain("\n");
    return String.valueOf(failure.getMessage());
  }

  /// The refusal of a jar whose provider has this body.
  private String refusal(String body) throws IOException {
    var source =
        """
        package acme;
        import dev.phaseline.core.*;
        import java.util.*;
        public final class Provider implements PipelineProvider {
          static final class MessageThrows extends RuntimeException {
            @Override public String getMessage() { throw new IllegalStateException("no connection"); }
          }
          %s
        }
        """
            .formatted(body);
    jar().with("acme.Provider", source).provides("acme.Provider").to(plugins().resolve("acme.jar"));
    return refusal();
  }

  private static String pipelines(String body) {
    return "@Override public List<Pipeline> pipelines(Map<String, String> settings) { "
        + body
        + " }";
  }

  @Test
  void aMissingClassIsNamedWithItsJarAndTheRemedy() throws IOException {
    assertThat(refusal(pipelines("throw new NoClassDefFoundError(\"acme/Gateway\");")))
        .startsWith(
            "acme.jar: Provider: java.lang.NoClassDefFoundError: acme/Gateway: a plug-in sees")
        .contains("put that class into the jar");
  }

  @Test
  void aProviderThatCanNotBeMadeIsNamed() throws IOException {
    var made = "public Provider() { throw new ExceptionInInitializerError(\"no settings\"); } ";
    assertThat(refusal(made + pipelines("return List.of();")))
        .startsWith("acme.jar can't be loaded: ")
        .contains("no settings");
  }

  @Test
  void aProviderThatIsNotThereIsNamed() throws IOException {
    jar().provides("acme.Nowhere").to(plugins().resolve("acme.jar"));
    assertThat(refusal()).isEqualTo("acme.jar can't be loaded: Provider acme.Nowhere not found");
  }

  @Test
  void aProviderWithoutAListOrWithAnUnspeakableExceptionIsNamed() throws IOException {
    assertThat(refusal(pipelines("return null;"))).startsWith("acme.jar: Provider: ");
    assertThat(refusal(pipelines("throw new MessageThrows();")))
        .startsWith("acme.jar: Provider: ")
        .contains("can't be read");
  }

  @Test
  void aFileThatIsNoJarIsNamed() throws IOException {
    Files.writeString(plugins().resolve("acme.jar"), "half a downl");
    assertThat(refusal())
        .startsWith("acme.jar is not a jar that can be read (")
        .endsWith("build or copy it again");
  }

  @Test
  void aDamagedClassAndOneOfANewerJavaAreTold() throws IOException {
    jar()
        .with("acme/Provider.class", "no class".getBytes(UTF_8))
        .provides("acme.Provider")
        .to(plugins().resolve("acme.jar"));
    assertThat(refusal()).startsWith("acme.jar can't be loaded: ").contains("is damaged");
    jar()
        .with(
            "acme/Provider.class",
            new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 127})
        .provides("acme.Provider")
        .to(plugins().resolve("acme.jar"));
    assertThat(refusal()).startsWith("acme.jar can't be loaded: ").contains("newer Java");
  }

  @Test
  void aJarOfAnotherApiIsRefusedBeforeItIsLoaded() throws IOException {
    jar().provides("acme.Nowhere").manifest("Phaseline-Api", "0").to(plugins().resolve("acme.jar"));
    assertThat(refusal())
        .isEqualTo(
            "acme.jar was built for version 0 of Phaseline's API, and this server has version 1:"
                + " build it again with the phaseline-core of this server");
  }

  @Test
  void aJarThatMissesAMethodOfTheApiIsToldToBeBuiltAgain() throws IOException {
    assertThat(refusal(pipelines("throw new NoSuchMethodError(\"Pipeline.gone()\");")))
        .startsWith("acme.jar: Provider: java.lang.NoSuchMethodError")
        .contains("build it again with the phaseline-core of this server");
  }

  @Test
  void aJarThatBringsTheApiIsRefused() throws IOException {
    jar()
        .with("dev/phaseline/core/Pipeline.class", new byte[0])
        .provides("acme.Provider")
        .to(plugins().resolve("fat.jar"));
    assertThat(refusal())
        .startsWith("fat.jar brings the class dev.phaseline.core.Pipeline, which is the server's")
        .contains("scope provided");
  }

  @Test
  void aClassThatTwoJarsOfAPluginHaveIsNamedWithBoth() throws IOException {
    var twice = "package acme; final class Twice {}";
    jar().with("acme.Twice", twice).provides("acme.Provider").to(plugins().resolve("acme/one.jar"));
    jar().with("acme.Twice", twice).to(plugins().resolve("acme/two.jar"));
    assertThat(refusal())
        .isEqualTo(
            "the class acme.Twice is in acme/one.jar and in acme/two.jar: remove one of the two"
                + " jars");
  }

  @Test
  void aFolderOfJarsWithoutAProviderIsNamed() throws IOException {
    jar().with("acme.Lib", "package acme; class Lib {}").to(plugins().resolve("acme/lib.jar"));
    assertThat(refusal()).startsWith("acme/ has jars, but none of them names a PipelineProvider");
  }

  @Test
  void twoJarsWithAPipelineOfOneNameAreNamed() throws IOException {
    for (var each : new String[] {"one", "two"}) {
      var name = each + ".Provider";
      jar()
          .with(name, JarMaker.provider(name, "orders", "Outcome.next(value)"))
          .provides(name)
          .to(plugins().resolve(each + ".jar"));
    }
    assertThat(refusal())
        .isEqualTo(
            "one.jar and two.jar both bring version 1 of pipeline 'orders': remove one of them, or"
                + " raise the version of the newer one");
  }

  @Test
  void eachBrokenJarHasItsLineAndTheOthersAreKnown() throws IOException {
    Files.writeString(plugins().resolve("broken.jar"), "half");
    jar().provides("acme.Nowhere").to(plugins().resolve("empty.jar"));
    var good = JarMaker.provider("acme.Good", "good", "Outcome.next(value)");
    jar().with("acme.Good", good).provides("acme.Good").to(plugins().resolve("good.jar"));
    var config = config();

    var found = Pipelines.survey(config);

    assertThat(found.problems())
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            one -> assertThat(one).startsWith("broken.jar "),
            two -> assertThat(two).startsWith("empty.jar "));
    assertThat(found.types()).extracting(one -> one.pipeline().name()).containsExactly("good");
    assertThat(catchThrowableOfType(PluginException.class, () -> Pipelines.of(config)))
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
  }

  @Test
  void sourcesAndCopiesOfTheApiAreNoPlugins() throws IOException {
    jar().provides("acme.Nowhere").to(plugins().resolve("acme-1.0-sources.jar"));
    jar()
        .with("dev/phaseline/core/Pipeline.class", new byte[0])
        .to(plugins().resolve("phaseline-core-0.1.0.jar"));
    assertThat(Pipelines.of(config()).all()).isEmpty();
  }
}
