package dev.phaseline.ops.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.phaseline.ops.transactions.OpenTransaction.State;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Searches for open transactions while a part of the cluster is silent. Producer 7 is open on the
/// first of two partitions, and broker 2 of three is the one that is away.
@Timeout(60)
final class TransactionSearchTest {
  private static final TopicPartition FIRST = FakeTransactions.FIRST;
  private static final TopicPartition OTHER = FakeTransactions.OTHER;

  private final FakeTransactions cluster = new FakeTransactions();

  private OpenTransactions.Found find(Duration most) {
    return new TransactionSearch(
            cluster, TopicNames.DEFAULT, Deadline.in(most), Duration.ofMillis(1))
        .find();
  }

  private OpenTransactions.Found find() {
    return find(Duration.ofSeconds(50));
  }

  private static State state(OpenTransactions.Found found) {
    assertThat(found.transactions()).hasSize(1);
    return found.transactions().getFirst().state();
  }

  @Test
  void oneThatNoCoordinatorListsHangsWhenAllAnswered() {
    var found = find();
    assertThat(state(found)).isEqualTo(State.HANGING);
    assertThat(found.unanswered()).isEmpty();
  }

  @Test
  void itIsNotKnownWhileTheBrokerThatMayKnowItIsAway() {
    cluster.isAway(2);

    var found = find();

    assertThat(state(found)).isEqualTo(State.UNKNOWN);
    assertThat(found.transactions().getFirst().keepBecause())
        .contains("it is not known whether it hangs: a coordinator did not answer; ask again");
    assertThat(found.unanswered())
        .containsExactly("broker 2 did not list the transactions it coordinates");
  }

  @Test
  void itIsNotKnownWhileNoBrokerLeadsSomeOfTheCoordinators() {
    cluster.leaderlessCoordinators = 1;

    var found = find();

    assertThat(state(found)).isEqualTo(State.UNKNOWN);
    assertThat(found.unanswered()).hasSize(1);
    assertThat(found.unanswered().getFirst())
        .startsWith("1 partition of __transaction_state has no leader");
  }

  @Test
  void itIsNotKnownWhenItsCoordinatorListedItAndThenFellSilent() {
    cluster.isListed(7, "pl.p.fetch.s1.0.1");
    cluster.describes = false;

    var found = find();

    assertThat(state(found)).isEqualTo(State.UNKNOWN);
    assertThat(found.transactions().getFirst().transactionalId()).isEqualTo("pl.p.fetch.s1.0.1");
    assertThat(found.transactions().getFirst().coordinator()).isEqualTo("Ongoing");
  }

  @Test
  void oneWhoseCoordinatorAnsweredIsOpenWhoeverElseIsAway() {
    cluster.isListed(7, "pl.p.fetch.s1.0.1");
    cluster.isAway(2);

    assertThat(state(find())).isEqualTo(State.OPEN);
  }

  @Test
  void aPartitionThatIsSilentIsNamedAndTheOthersAreShown() {
    cluster.isListed(7, "pl.p.fetch.s1.0.1");
    cluster.silent.add(OTHER);

    var found = find();

    assertThat(state(found)).isEqualTo(State.OPEN);
    assertThat(found.unanswered())
        .containsExactly("pl.p.fetch: partition 1 did not answer; what is open there is not shown");
  }

  @Test
  void brokersThatDidNotListTheirGroupsAreTold() {
    cluster.groupsFail = true;
    assertThat(find().unanswered())
        .containsExactly(
            "not all brokers listed their groups; offsets that are hidden may not be shown");
  }

  @Test
  void oneThatCouldNotBeLookedAtASecondTimeIsNotKnown() {
    cluster.onSecondLook = () -> cluster.silent.add(FIRST);

    var found = find();

    assertThat(state(found)).isEqualTo(State.UNKNOWN);
    assertThat(found.unanswered()).hasSize(1);
  }

  @Test
  void aTopicThatIsDeletedWhileTheSearchRunsIsPassedOver() {
    cluster.deleted.add("__transaction_state");
    assertThat(state(find())).isEqualTo(State.HANGING);

    cluster.deleted.add("pl.p.fetch");
    assertThat(find().transactions()).isEmpty();
    assertThat(find().unanswered()).isEmpty();
  }

  @Test
  void oneThatEndedBetweenTheTwoLooksIsNotShown() {
    cluster.onSecondLook = () -> cluster.open = false;
    assertThat(find().transactions()).isEmpty();
  }

  @Test
  void answersThatNeverComeEndWithTheTimeOfTheSearch() {
    cluster.hangs = true;
    cluster.isAway(2);
    cluster.silent.add(OTHER);

    var found = find(Duration.ofMillis(400));

    assertThat(state(found)).isEqualTo(State.UNKNOWN);
    assertThat(found.unanswered()).hasSize(2);
  }

  @Test
  void aClusterThatListsNoTopicsHasNoAnswerAtAll() {
    cluster.listsTopics = false;
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(this::find)
        .withMessageStartingWith("Kafka did not answer when asked to list topics");
  }
}
