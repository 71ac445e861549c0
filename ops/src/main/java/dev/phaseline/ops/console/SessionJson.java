package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// The session as the API answers it; name, role and token are absent before signing in.
///
/// @param open whether no token is asked for
/// @param csrf the value that changes carry as a header
@JsonInclude(JsonInclude.Include.NON_NULL)
record SessionJson(
    boolean signedIn,
    boolean open,
    String title,
    String version,
    @Nullable String name,
    @Nullable String role,
    @Nullable String csrf) {
  /// The answer to a load balancer.
  record Health(String status) {}
}
