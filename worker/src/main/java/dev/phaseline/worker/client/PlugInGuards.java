package dev.phaseline.worker.client;

import java.util.Map;

/// The guards in a client's settings, in place of users' classes that every kind of client loads
/// ([PlugIns]). Stateless.
public final class PlugInGuards {
  private PlugInGuards() {}

  /// Puts guards in place of the classes that these settings name.
  public static void guard(Map<String, Object> settings) {
    PlugIns.put("metric.reporters", GuardedReporters.class, settings);
    PlugIns.putOne("sasl.client.callback.handler.class", GuardedCallbacks.OfClient.class, settings);
    PlugIns.putOne("sasl.login.callback.handler.class", GuardedCallbacks.OfLogin.class, settings);
    PlugIns.putOne("ssl.engine.factory.class", GuardedSslEngines.class, settings);
  }
}
