package dev.phaseline.ops.console;

import dev.phaseline.ops.OpenTransaction;
import dev.phaseline.ops.OpenTransactions;
import dev.phaseline.schemas.TopicNames;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/// The open transactions of a cluster. Each question opens a client and closes it: they are rare.
/// Thread-safe.
///
/// @param client how to reach the cluster
/// @param names the namespace
public record KafkaTransactions(Map<String, Object> client, TopicNames names)
    implements TransactionSource {

  public KafkaTransactions {
    client = Map.copyOf(client);
  }

  @Override
  public List<OpenTransaction> find() {
    try (var admin = Admin.create(client)) {
      return new OpenTransactions(admin, names).find();
    }
  }

  @Override
  public void abortAnyway(OpenTransaction hanging) {
    try (var admin = Admin.create(client)) {
      new OpenTransactions(admin, names).abortAnyway(hanging);
    }
  }
}
