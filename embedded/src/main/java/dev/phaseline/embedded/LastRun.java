package dev.phaseline.embedded;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.loader.MetadataLoader;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker's run before this one, as long as the controller takes it for alive: after a kill
/// that is until its session has run out.
///
/// A broker that starts in that time believes what the metadata says, that it leads its partitions
/// already. Its transaction coordinator loads what was half committed and has the markers sent;
/// then the old session ends, the partitions have no leader for a moment, and what is sent in that
/// moment is taken as done (KAFKA-20734, see [BrokerNode]): hidden for ever, once in about twenty
/// kills under load. Waiting costs a second: the new run can't register before the old one is over
/// anyway.
final class LastRun implements MetadataPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(LastRun.class);

  /// Ten times what it takes; then the broker starts all the same.
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private LastRun() {}

  /// Waits until it is over.
  ///
  /// @param metadata of a controller that has started
  static void awaitEnd(MetadataLoader metadata) {
    var last = new LastRun();
    try {
      metadata.installPublishers(List.of(last)).get();
      last.over.get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
      metadata.removeAndClosePublisher(last).get();
    } catch (TimeoutException stillThere) {
      LOG.warn("the controller takes the last run for alive after {}", WAIT_MAX);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the controller's metadata can't be followed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the last run's end", e);
    }
  }

  @Override
  public String name() {
    return "LastRun";
  }

  @Override
  public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
    var registered = image.cluster().broker(DataFolder.NODE_ID);
    if (registered == null || registered.fenced()) over.complete(null);
  }

  @Override
  public void close() {
    // it holds nothing
  }
}
