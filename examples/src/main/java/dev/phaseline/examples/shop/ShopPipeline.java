package dev.phaseline.examples.shop;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.ItemFailure;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseRef;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import java.io.IOException;

/// A pipeline whose failed orders decide how to proceed. Orders have the form `<customer> <article>
/// <cents> <company>`.
///
/// A parcel that its courier does not take goes to the post, once; when the post does not take it
/// either, the money is refunded, and then the article is released. Each call to a service is named
/// by the idempotency key of the phase that does the work, which is the same in handler and
/// compensation.
public final class ShopPipeline {
  /// Sets the article aside: where jobs are submitted.
  public static final PhaseRef<String> RESERVE = PhaseRef.of("reserve", Codec.text());

  /// Takes the money.
  public static final PhaseRef<String> CHARGE = PhaseRef.of("charge", Codec.text());

  /// Hands the parcel to a courier.
  public static final PhaseRef<String> SHIP = PhaseRef.of("ship", Codec.text());

  private static final String POST = "post";

  private final Shop.Stock stock;
  private final Shop.Bank bank;
  private final Shop.Courier courier;

  private ShopPipeline(Shop.Stock stock, Shop.Bank bank, Shop.Courier courier) {
    this.stock = stock;
    this.bank = bank;
    this.courier = courier;
  }

  /// The pipeline.
  public static Pipeline create(Shop.Stock stock, Shop.Bank bank, Shop.Courier courier) {
    var shop = new ShopPipeline(stock, bank, courier);
    return Pipeline.named("shop")
        .phase(RESERVE.name(), RESERVE.input(), shop::reserve)
        .phase(CHARGE.name(), CHARGE.input(), shop::charge)
        .phase(
            SHIP.name(),
            SHIP.input(),
            shop::ship,
            options -> options.withRetry(RetryPolicy.DEFAULT.withAttemptsMax(3)))
        .result(Codec.text())
        .compensate(RESERVE, shop::release)
        .compensate(CHARGE, shop::refund)
        .onFailure(SHIP, ShopPipeline::notShipped)
        .onFailure((failure, _) -> Outcome.compensate(failure.reason()))
        .build();
  }

  private Outcome<String> reserve(String order, PhaseContext context) {
    var words = order.split(" ", -1);
    if (words.length != 4 || !words[2].matches("[1-9][0-9]{0,8}")) {
      throw new PayloadException("an order is '<customer> <article> <cents> <company>'");
    }
    stock.reserve(context.idempotencyKey(), words[1]);
    return Outcome.next(order);
  }

  private Outcome<Object> release(String order, PhaseContext context) {
    stock.release(context.idempotencyKey());
    return Outcome.done();
  }

  private Outcome<String> charge(String order, PhaseContext context) {
    var words = order.split(" ", -1);
    bank.charge(context.idempotencyKey(), words[0], Integer.parseInt(words[2]));
    return Outcome.next(order);
  }

  private Outcome<Object> refund(String order, PhaseContext context) {
    bank.refund(context.idempotencyKey());
    return Outcome.done();
  }

  private Outcome<String> ship(String order, PhaseContext context) throws IOException {
    var words = order.split(" ", -1);
    var company = words[3]; // another one is other work
    courier.ship(context.idempotencyKey() + '-' + company, words[1], company);
    return Outcome.next("shipped by " + company);
  }

  /// No attempt is left: another courier may take it, if the first one has said no.
  private static Outcome<?> notShipped(ItemFailure<String> failure, PhaseContext context) {
    var order = failure.payload().orElse("");
    var mayGoByPost = failure.kind() == DeadKind.FAILED && !order.endsWith(' ' + POST);
    return mayGoByPost
        ? Outcome.to(SHIP, order.substring(0, order.lastIndexOf(' ') + 1) + POST)
        : Outcome.compensate(failure.reason());
  }
}
