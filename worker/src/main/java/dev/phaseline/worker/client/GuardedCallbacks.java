package dev.phaseline.worker.client;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.jspecify.annotations.Nullable;

/// A guard around a user's SASL callback handlers. Kafka calls them on a client's network thread,
/// which an error would end: such a client stands still and reports nothing. An error is an
/// authentication that failed, which Kafka reports and tries again.
final class GuardedCallbacks {
  private GuardedCallbacks() {}

  /// A guard of one of the two.
  abstract static class Guard implements AuthenticateCallbackHandler {
    private final String setting;
    private @Nullable AuthenticateCallbackHandler guarded;

    Guard(String setting) {
      this.setting = setting;
    }

    @Override
    public void configure(
        Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> jaas) {
      var made = PlugIns.made(setting, configs, AuthenticateCallbackHandler.class).getFirst();
      made.configure(configs, mechanism, jaas);
      guarded = made;
    }

    @Override
    public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
      var handler = guarded;
      if (handler == null) throw new IllegalStateException("not configured");
      try {
        handler.handle(callbacks);
      } catch (IOException | UnsupportedCallbackException | OutOfMemoryError known) {
        throw known;
      } catch (Throwable thrown) { // whatever it is, it is the handler's own
        throw new IOException(PlugIns.words(handler, thrown), thrown);
      }
    }

    @Override
    public void close() {
      var handler = guarded;
      if (handler == null) return;
      PlugIns.call(handler, "close", "all goes on", AuthenticateCallbackHandler::close);
    }
  }

  /// The guard of the setting `sasl.client.callback.handler.class`. Made by Kafka.
  public static final class OfClient extends Guard {
    /// Made by Kafka.
    public OfClient() {
      super("sasl.client.callback.handler.class");
    }
  }

  /// The guard of the setting `sasl.login.callback.handler.class`. Made by Kafka.
  public static final class OfLogin extends Guard {
    /// Made by Kafka.
    public OfLogin() {
      super("sasl.login.callback.handler.class");
    }
  }
}
