package dev.phaseline.schemas.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BoundedCacheTest {

  @Test
  void holdsNoMoreThanItsBound() {
    var cache = new BoundedCache<Integer, Integer>(100);
    for (var i = 0; i < 10_000; i++) cache.get(i, key -> key);
    assertThat(cache.size()).isLessThanOrEqualTo(101);
  }

  @Test
  void whatIsUsedStays() {
    var loads = new AtomicInteger();
    var cache = new BoundedCache<Integer, String>(100);
    for (var i = 0; i < 10_000; i++) {
      cache.get(i, key -> "cold");
      cache.get(-1, key -> "hot" + loads.incrementAndGet());
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void oneThreadLoadsForAll() throws Exception {
    var cache = new BoundedCache<String, Integer>(10);
    var loads = new AtomicInteger();
    var mayFinish = new CountDownLatch(1);
    var calls = new ArrayList<Callable<Integer>>();
    for (var i = 0; i < 50; i++) {
      calls.add(
          () ->
              cache.get(
                  "key",
                  key -> {
                    loads.incrementAndGet();
                    await(mayFinish);
                    return 7;
                  }));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = calls.stream().map(threads::submit).toList();
      mayFinish.countDown();
      for (var future : futures) assertThat(future.get()).isEqualTo(7);
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void aFailureIsNotKept() {
    var cache = new BoundedCache<String, Integer>(10);
    assertThatThrownBy(
            () ->
                cache.get(
                    "key",
                    key -> {
                      throw new IllegalStateException("down");
                    }))
        .hasMessage("down");
    assertThat(cache.get("key", key -> 7)).isEqualTo(7);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
