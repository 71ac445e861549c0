package dev.phaseline.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.cli.config.LogOptions;
import dev.phaseline.cli.config.Logs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

final class JsonLinesTest {
  private static final String LOGGER = "dev.phaseline.handler.orders.pay";

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  @AfterEach
  void silence() {
    Logs.off();
  }

  @Test
  void eventIsOneObjectOnOneLineWhateverIsInIt() throws Exception {
    // Logging is the whole process's: what a client of an earlier test still says is not meant.
    Logs.toConsoleAsJson(
        false,
        line -> {
          if (line.contains(LOGGER)) lines.add(line);
        });

    LoggerFactory.getLogger(LOGGER)
        .atInfo()
        .addKeyValue("job", "j\"1")
        .addKeyValue("attempt", 2)
        .addKeyValue("level", "not mine to say")
        .setCause(new IllegalStateException("no\nluck"))
        .log("two\nlines, \u202e and <b>");

    assertThat(lines).singleElement().asString().doesNotContain("\n");
    var event = new ObjectMapper().readTree(lines.element());
    assertThat(event.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("logger").asText()).isEqualTo(LOGGER);
    assertThat(event.path("message").asText()).isEqualTo("two\nlines, \u202e and <b>");
    assertThat(event.path("job").asText()).isEqualTo("j\"1");
    assertThat(event.path("attempt").asInt()).isEqualTo(2);
    assertThat(event.path("error").asText()).contains("IllegalStateException: no\nluck");
  }

  @Test
  void whatAServerSaysBesidesIsInTheSameFormat() throws Exception {
    var out = new StringWriter();
    var holder = new Holder();
    new CommandLine(holder)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs("--log-format", "json");

    holder.options.toConsole(false, new PrintWriter(out, true)).accept("phase orders.pay goes on");

    var event = new ObjectMapper().readTree(out.toString());
    assertThat(event.path("message").asText()).isEqualTo("phase orders.pay goes on");
    assertThat(event.path("logger").asText()).isEqualTo("dev.phaseline.cli");
  }

  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin private final LogOptions options = new LogOptions();
  }
}
