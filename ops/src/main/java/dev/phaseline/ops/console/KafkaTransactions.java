package dev.phaseline.ops.console;

import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AdminClientConfig;

/// The open transactions of a cluster. Each question opens a client and closes it: they are rare.
/// Thread-safe.
///
/// @param client how to reach the cluster
/// @param names the namespace
public record KafkaTransactions(Map<String, Object> client, TopicNames names)
    implements TransactionSource {

  private static final Duration SEARCH_MAX = Duration.ofSeconds(15); // a person looks at the page

  public KafkaTransactions {
    var settings = new HashMap<>(client);
    var most = (int) SEARCH_MAX.toMillis();
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, most);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, most);
    client = Map.copyOf(settings);
  }

  @Override
  public OpenTransactions.Found find() {
    return with(OpenTransactions::find);
  }

  @Override
  public void abortAnyway(OpenTransaction hanging) {
    with(
        transactions -> {
          transactions.abortAnyway(hanging);
          return hanging;
        });
  }

  private <T> T with(Function<OpenTransactions, T> work) {
    return OpenTransactions.with(client, names, SEARCH_MAX, work);
  }
}
