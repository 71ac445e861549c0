package dev.phaseline.ops.console;

import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;
import dev.phaseline.schemas.TopicNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/// The open transactions of a cluster. Each question opens a client and closes it: they are rare.
/// Thread-safe.
///
/// @param client how to reach the cluster
/// @param names the namespace
public record KafkaTransactions(Map<String, Object> client, TopicNames names)
    implements TransactionSource {

  private static final int ANSWER_MS_MAX = 15_000; // somebody looks at the page

  public KafkaTransactions {
    var settings = new HashMap<>(client);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS_MAX);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS_MAX);
    client = Map.copyOf(settings);
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
