package dev.phaseline.worker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Interceptors of a user's that break, and some that do not.
final class GuardedInterceptorsTest {
  private static Map<String, Object> guarded(Class<?> guard, Object classes) {
    var settings = new HashMap<String, Object>(Map.of("interceptor.classes", classes));
    PlugIns.put("interceptor.classes", guard, settings);
    assertThat(settings.get("interceptor.classes")).isEqualTo(List.of(guard.getName()));
    return settings;
  }

  @Test
  void anErrorOfAConsumersInterceptorLeavesTheRecordsAsTheyWere() {
    var guard = new GuardedInterceptors.OfConsumer();
    guard.configure(guarded(GuardedInterceptors.OfConsumer.class, BreaksReading.class.getName()));
    var records = ConsumerRecords.<byte[], byte[]>empty();
    assertThat(guard.onConsume(records)).isSameAs(records);
    assertThatCode(() -> guard.onCommit(Map.of())).doesNotThrowAnyException();
    assertThatCode(guard::close).doesNotThrowAnyException();
  }

  @Test
  void theOthersOfAProducerAreCalledBesideOneThatBreaks() {
    var both = BreaksWriting.class.getName() + ", " + Marks.class.getName();
    for (var classes : List.of(both, List.of(BreaksWriting.class, Marks.class))) {
      var guard = new GuardedInterceptors.OfProducer();
      guard.configure(guarded(GuardedInterceptors.OfProducer.class, classes));
      var sent = guard.onSend(new ProducerRecord<>("t", new byte[0], new byte[0]));
      assertThat(sent.headers().lastHeader("marked")).isNotNull();
      assertThatCode(() -> guard.onAcknowledgement(null, null)).doesNotThrowAnyException();
      assertThatCode(guard::close).doesNotThrowAnyException();
    }
  }

  @Test
  void settingsWithoutInterceptorsStayAsTheyAre() {
    var settings = new HashMap<String, Object>(Map.of("acks", "all", "interceptor.classes", " "));
    PlugIns.put("interceptor.classes", GuardedInterceptors.OfProducer.class, settings);
    assertThat(settings).isEqualTo(Map.of("acks", "all", "interceptor.classes", " "));
  }

  /// Breaks wherever it is called.
  public static final class BreaksReading implements ConsumerInterceptor<byte[], byte[]> {
    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      throw new NoClassDefFoundError("com/acme/Missing");
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
      throw new AssertionError("broken");
    }

    @Override
    public void close() {
      throw new ExceptionInInitializerError("broken");
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /// Breaks wherever it is called.
  public static final class BreaksWriting implements ProducerInterceptor<byte[], byte[]> {
    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
      throw new NoClassDefFoundError("com/acme/Missing");
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception refused) {
      throw new StackOverflowError();
    }

    @Override
    public void close() {
      throw new AssertionError("broken");
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /// Puts a header on each record.
  public static final class Marks implements ProducerInterceptor<byte[], byte[]> {
    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
      record.headers().add(new RecordHeader("marked", new byte[0]));
      return record;
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }
}
