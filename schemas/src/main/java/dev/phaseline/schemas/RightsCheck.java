package dev.phaseline.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;

/// A check of a principal's rights on topics, consumer groups and transactional ids, all of them in
/// one go.
///
/// Brokers refuse what lacks a right one request at a time, and their words often leave out the
/// resource, always the right and the principal. Whoever grants rights needs the whole list. What
/// can't be found out counts as granted: a cluster without an authorizer grants everything, and a
/// resource that is missing is for others to report. For one thread.
public final class RightsCheck {
  private static final Pattern USER =
      Pattern.compile("username\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;]+))");

  private final Map<String, Set<AclOperation>> topics = new LinkedHashMap<>();
  private final Map<String, Set<AclOperation>> groups = new LinkedHashMap<>();
  private final List<String> transactionalIds = new ArrayList<>();

  /// A check of nothing so far.
  public RightsCheck() {}

  /// Adds a topic and what is to be done with it.
  public RightsCheck topic(String topic, AclOperation first, AclOperation... others) {
    topics
        .computeIfAbsent(topic, name -> EnumSet.noneOf(AclOperation.class))
        .addAll(EnumSet.of(first, others));
    return this;
  }

  /// Adds a group to be a member of.
  public RightsCheck group(String group) {
    groups.put(group, EnumSet.of(AclOperation.READ));
    return this;
  }

  /// Adds a transactional id to write under.
  public RightsCheck transactionalId(String id) {
    transactionalIds.add(id);
    return this;
  }

  /// The rights that are missing, a line for each resource: `User:alice has no right WRITE on topic
  /// pl.hello.done`. Empty when none is.
  ///
  /// @param settings the client settings, which tell the principal
  /// @param wait how long brokers may take to answer each question
  public List<String> missing(Admin admin, Map<String, ?> settings, Duration wait) {
    var missing = new ArrayList<String>();
    var principal = principal(settings);
    var ofTopics =
        admin.describeTopics(
            topics.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true));
    ofTopics
        .topicNameValues()
        .forEach(
            (topic, asked) -> {
              var needed = topics.getOrDefault(topic, Set.of());
              var granted = granted(asked, d -> d.authorizedOperations(), wait);
              add(principal, "topic " + topic, needed, granted, missing);
            });
    var ofGroups =
        admin.describeConsumerGroups(
            groups.keySet(), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true));
    ofGroups
        .describedGroups()
        .forEach(
            (group, asked) -> {
              var needed = groups.getOrDefault(group, Set.of());
              var granted = granted(asked, d -> d.authorizedOperations(), wait);
              add(principal, "group " + group, needed, granted, missing);
            });
    var ofIds = admin.describeTransactions(transactionalIds);
    for (var id : transactionalIds) {
      var granted = granted(ofIds.description(id), refusal -> null, wait);
      var needed = EnumSet.of(AclOperation.WRITE);
      add(principal, "transactional id " + id, needed, granted, missing);
    }
    return missing.stream().sorted().toList();
  }

  private interface Operations<T> {
    @Nullable Set<AclOperation> of(T description);
  }

  /// Granted operations; null when not known. READ and WRITE imply DESCRIBE, so where even that is
  /// refused nothing is granted.
  private static <T> @Nullable Set<AclOperation> granted(
      KafkaFuture<T> asked, Operations<T> operations, Duration wait) {
    try {
      return operations.of(asked.get(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException refused) {
      return refused.getCause() instanceof AuthorizationException ? Set.of() : null;
    } catch (TimeoutException silent) {
      return null;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static void add(
      String principal,
      String resource,
      Set<AclOperation> needed,
      @Nullable Set<AclOperation> granted,
      List<String> missing) {
    if (granted == null) return;
    var lacking =
        needed.stream().filter(one -> !granted.contains(one)).map(AclOperation::name).toList();
    if (lacking.isEmpty()) return;
    missing.add(line(principal, String.join(", ", lacking), resource));
  }

  private static String line(String principal, String rights, String resource) {
    return principal + " has no right " + rights + " on " + resource;
  }

  /// A refusal of a broker in the same words, as far as it names its resources.
  ///
  /// @param needed the right that was used, such as `WRITE`
  /// @param transactionalId the id under which the refused client writes; brokers do not name it
  public static String words(
      AuthorizationException refused,
      Map<String, ?> settings,
      String needed,
      @Nullable String transactionalId) {
    var principal = principal(settings);
    if (refused instanceof TopicAuthorizationException of && !of.unauthorizedTopics().isEmpty()) {
      return of.unauthorizedTopics().stream()
          .sorted()
          .map(topic -> line(principal, needed, "topic " + topic))
          .collect(Collectors.joining("; "));
    }
    if (refused instanceof GroupAuthorizationException of && of.groupId() != null) {
      return line(principal, "READ", "group " + of.groupId());
    }
    if (refused instanceof TransactionalIdAuthorizationException && transactionalId != null) {
      return line(principal, "WRITE", "transactional id " + transactionalId);
    }
    return principal + ": " + refused.getMessage();
  }

  /// The principal as far as the settings of a client tell it: brokers do not.
  static String principal(Map<String, ?> settings) {
    var jaas = settings.get("sasl.jaas.config");
    if (jaas != null) {
      var user = USER.matcher(jaas.toString());
      if (!user.find()) return "the principal of sasl.jaas.config";
      var name = user.group(1) == null ? user.group(2) : user.group(1);
      return "User:" + name.replaceAll("\\p{Cntrl}", "?");
    }
    var store = settings.get("ssl.keystore.location");
    if (store != null) return "the certificate of " + store;
    return "User:ANONYMOUS";
  }
}
