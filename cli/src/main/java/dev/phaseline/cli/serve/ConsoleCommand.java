package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.http.TrustedProxies;
import dev.phaseline.ops.console.ConsoleConfig;
import dev.phaseline.ops.console.ConsoleException;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerFile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "console",
    header = "Serves the operators' web page and its HTTP API until it is stopped.",
    description = {
      "",
      "On loopback it accepts every user of this machine. On other addresses it requires"
          + " tokens, each with a role: viewer (looks, sees no payloads), operator (payloads,"
          + " dead letters,"
          + " phases, jobs), admin (also whole pipelines, servers and concurrency). TLS is left"
          + " to a proxy; give the address that browsers use with --public-url."
    },
    subcommands = ConsoleTokenCommand.class,
    footer = {
      "  phaseline console --config server.yaml",
      "  phaseline console token ann --role operator --tokens /etc/phaseline/tokens",
      "  phaseline console -c server.yaml --bind 0.0.0.0 --tokens /etc/phaseline/tokens"
    })
public final class ConsoleCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int NAME_MAX = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private TrackerOptions tracking = new TrackerOptions();

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "Where to listen (default: 127.0.0.1).")
  private String bind = "127.0.0.1";

  @Option(
      names = "--console-port",
      paramLabel = "PORT",
      description = "Which port (default: ${DEFAULT-VALUE}; 0: any).")
  private int port = ConsoleConfig.PORT;

  @Option(names = "--tokens", paramLabel = "FILE", description = "Ask for tokens of this file.")
  private @Nullable Path tokens;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = {"How browsers reach it, such as", "https://example.org/phaseline/."})
  private @Nullable URI publicUrl;

  @Option(
      names = "--trusted-proxy",
      paramLabel = "ADDRESS",
      description =
          "A proxy whose Forwarded or X-Forwarded-For is believed, such as 10.0.0.7 or 10.0.0.0/8;"
              + " may be repeated.")
  private List<String> proxies = List.of();

  @Option(names = "--title", paramLabel = "TEXT", description = "What the page calls this cluster.")
  private String title = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    if (port < 0 || port > 65_535) throw CommandFailure.usage("not a port: " + port);
    Logs.toConsole(common.verbose(), err::println);
    var config = named(cluster.config(spec), bind, port);
    config.bootstrapServers();
    var console = console();
    Brokers.check(config);
    try (var interrupt =
            Interrupt.ofService(PATIENCE, () -> err.println("phaseline: gave up waiting"));
        var tracker = tracking.start(config, PATIENCE);
        var started =
            ConsoleSite.start(config, Pipelines.named(config), console, tracker.status())) {
      spec.commandLine().getOut().println("console " + started.console().url());
      while (!interrupt.await(LOOK_EVERY)) TrackerOptions.look(tracker);
      err.println("phaseline: stopping ...");
      return ExitStatus.OK;
    }
  }

  /// A console that nobody has named is called by its host, and by its address where that is not
  /// the usual one: two on one host would else take each other's place among the trackers.
  public static ServerConfig named(ServerConfig config, String bind, int port) {
    if (!config.server().equals(ServerFile.none().server())) return config;
    var isUsual = Set.of("127.0.0.1", "localhost", "::1", "0.0.0.0", "::").contains(bind);
    var suffix = isUsual ? "" : "-" + bind.replaceAll("[^A-Za-z0-9]", "-");
    if (port != ConsoleConfig.PORT) suffix += "-" + port;
    if (suffix.isEmpty()) return config;
    var host = config.server();
    var room = Math.max(1, NAME_MAX - suffix.length());
    return config.withServer(host.substring(0, Math.min(host.length(), room)) + suffix);
  }

  private ConsoleConfig console() {
    try {
      return new ConsoleConfig(
          new InetSocketAddress(bind, port),
          Optional.ofNullable(tokens),
          Optional.ofNullable(publicUrl),
          title,
          TrustedProxies.of(proxies));
    } catch (ConsoleException | IllegalArgumentException wrong) {
      throw CommandFailure.usage(String.valueOf(wrong.getMessage()));
    }
  }
}
