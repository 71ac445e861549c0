package dev.phaseline.ops.console;

import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// Routes for open transactions that hide records, and for their abort. What an abort may lose is
/// an admin's to decide. Thread-safe.
final class TransactionRoutes {
  private static final String ALL = "/api/v1/transactions";

  private final TransactionSource transactions;
  private final AuditTrail audit;
  private final InstantSource clock;

  TransactionRoutes(TransactionSource transactions, AuditTrail audit, InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, Role.VIEWER, _ -> found(transactions.find())),
        Route.post(ALL + "/abort", Role.OPERATOR, this::abort));
  }

  private static Reply found(OpenTransactions.Found found) {
    return Reply.json(TransactionJson.Found.of(found));
  }

  private static Reply answer(List<OpenTransaction> all) {
    return Reply.json(TransactionJson.Chosen.of(all));
  }

  /// Aborts a transaction as it is now, not as the page showed it.
  private Reply abort(Call call) {
    var body = call.body(Set.of("producerId", "anyway", "reason"));
    var producer = body.id("producerId");
    var anyway = body.flag("anyway");
    if (anyway) call.require(Role.ADMIN, "an abort that may lose results");
    var reason = body.find("reason").orElse("");
    var found = transactions.find();
    var its = OpenTransaction.of(producer, found.transactions());
    if (its.isEmpty() && !found.unanswered().isEmpty()) {
      throw Problem.unavailable(
          "not-known",
          "not known whether producer "
              + producer
              + " hides anything: "
              + String.join("; ", found.unanswered()),
          "ask again when all brokers answer");
    }
    if (its.isEmpty()) {
      throw Problem.missing(
          "no-such-transaction",
          "producer " + producer + " hides nothing in this namespace",
          "look again: it may have ended by itself");
    }
    for (var one : its) {
      one.keepBecause(anyway)
          .ifPresent(
              why -> {
                throw Problem.conflict(
                    "kept",
                    "producer " + producer + " is left as it is: " + why,
                    "follow that text; an admin can force the abort of a hanging one");
              });
    }
    for (var one : its) {
      audit.keep(note(call.principal(), one, reason));
      transactions.abortAnyway(one);
    }
    return answer(its);
  }

  private AuditTrail.Note note(Principal who, OpenTransaction one, String reason) {
    var places = one.places();
    return new AuditTrail.Note(
        clock.instant(),
        who.name(),
        who.where(),
        "abort",
        one.label(),
        reason.isEmpty() ? places : reason + ": " + places);
  }
}
