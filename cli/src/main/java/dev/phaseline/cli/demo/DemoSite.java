package dev.phaseline.cli.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.serve.Backbone;
import dev.phaseline.cli.text.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The demo's broker and registry for other commands: those of the demo that is running (`phaseline
/// demo --keep`), or else the same ones started for as long as this is open. No worker is started.
/// For one thread.
public final class DemoSite implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Addresses addresses;
  private final @Nullable DemoFolder folder;
  private final @Nullable Backbone backbone;

  /// The addresses of a running demo.
  ///
  /// @param bootstrapServers of the broker
  /// @param registryUrl of the schema registry
  record Addresses(String bootstrapServers, String registryUrl) {}

  private DemoSite(Addresses addresses, @Nullable DemoFolder folder, @Nullable Backbone backbone) {
    this.addresses = addresses;
    this.folder = folder;
    this.backbone = backbone;
  }

  /// Finds the running demo of a data folder, or starts its broker and registry.
  ///
  /// @param warnings gets what is warned of, one line each
  /// @throws CommandFailure when no demo has ever run there, or they can't be started
  public static DemoSite open(Path dataDir, boolean verbose, Consumer<String> warnings) {
    if (!Files.isDirectory(dataDir.resolve("demo").resolve("broker"))) {
      throw CommandFailure.of(
          "no demo has run in " + dataDir + "; run `phaseline demo` first, or name its --data DIR");
    }
    var free = DemoFolder.openIfFree(dataDir);
    if (free.isEmpty()) return new DemoSite(running(dataDir), null, null);
    var folder = free.get();
    withdraw(folder); // of a demo that was killed
    try {
      Logs.toFile(dataDir, verbose, warnings);
      var backbone = Backbone.start(folder.broker(), 0, 0);
      return new DemoSite(addresses(backbone), folder, backbone);
    } catch (RuntimeException failed) {
      Logs.off();
      folder.close();
      throw failed;
    }
  }

  private static Addresses running(Path dataDir) {
    var file = dataDir.resolve("demo").resolve("addresses.json");
    try {
      return JSON.readValue(Files.readAllBytes(file), Addresses.class);
    } catch (IOException notYetOrNoLonger) {
      throw DemoFolder.taken(dataDir);
    }
  }

  private static Addresses addresses(Backbone backbone) {
    return new Addresses(backbone.bootstrapServers(), backbone.registryUrl().toString());
  }

  /// Publishes where the demo of that folder can be reached, for as long as it runs.
  static void announce(DemoFolder folder, Backbone backbone) {
    try {
      var draft = folder.path().resolve("addresses.json.new");
      Files.write(draft, JSON.writeValueAsBytes(addresses(backbone)));
      Files.move(
          draft,
          folder.addresses(),
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException refused) {
      throw CommandFailure.of(
          "can't write " + folder.addresses() + ": " + refused.getMessage(), refused);
    }
  }

  /// Takes that back.
  static void withdraw(DemoFolder folder) {
    try {
      Files.deleteIfExists(folder.addresses());
    } catch (IOException stays) {
      // it counts only while the folder is locked
    }
  }

  /// `host:port` of the broker.
  public String bootstrapServers() {
    return addresses.bootstrapServers();
  }

  /// Client properties for the broker.
  public Map<String, Object> clients() {
    return Map.of("bootstrap.servers", addresses.bootstrapServers());
  }

  /// The address on which the registry listens.
  public URI registryUrl() {
    return URI.create(addresses.registryUrl());
  }

  /// Whether a demo is running, so that its worker works off what is sent back.
  public boolean isRunning() {
    return backbone == null;
  }

  /// Stops what was started.
  @Override
  public void close() {
    if (backbone != null) backbone.close();
    if (folder != null) {
      folder.close();
      Logs.off();
    }
  }
}
