package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a console makes of its settings before it listens.
final class ConsoleConfigTest {

  @Test
  void theAddressIsPrintedAsItIsListenedOn() {
    for (var each :
        List.of(
            "::1=[::1]",
            "127.0.0.2=127.0.0.2",
            "127.0.0.1=127.0.0.1",
            "2001:db8:0:0:1::1=[2001:db8::1:0:0:1]",
            "fe80::1=[fe80::1]",
            "0.0.0.0=127.0.0.1")) {
      var words = each.split("=", 2);
      var address = new InetSocketAddress(words[0], 0);
      var config = new ConsoleConfig(address, Optional.of(Path.of("tokens")), Optional.empty(), "");
      assertThat(config.url(8471)).hasToString("http://" + words[1] + ":8471/");
    }
  }
}
