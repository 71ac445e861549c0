package dev.phaseline.systemtests.arch.planted.core;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Everything that core must not do, each in one place.
final class Impure {
  private Impure() {}

  static final class CallsTheClock {
    long now() {
      return System.nanoTime();
    }
  }

  static final class RefersToTheClock {
    Supplier<Instant> clock() {
      return Instant::now;
    }

    LongSupplier nanos() {
      return System::nanoTime;
    }
  }

  static final class RollsDice {
    double dice() {
      return ThreadLocalRandom.current().nextDouble();
    }
  }

  static final class RollsDiceByMath {
    double dice() {
      return Math.random();
    }
  }

  static final class StartsThreads {
    Thread thread() {
      return Thread.ofVirtual().unstarted(() -> {});
    }
  }

  static final class ReadsFiles {
    boolean there(Path path) {
      return Files.exists(path);
    }
  }
}
