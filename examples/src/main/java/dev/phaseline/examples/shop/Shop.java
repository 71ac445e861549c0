package dev.phaseline.examples.shop;

/// The services that a shop's orders need, each behind one interface. Thread-safe. A call is named
/// by a key: a second one of the same key is the same work, and has no further effect. What undoes
/// has no effect when there is nothing to undo.
public final class Shop {
  private Shop() {}

  /// The warehouse.
  public interface Stock {
    /// Sets an article aside.
    void reserve(String key, String article);

    /// Puts it back.
    void release(String key);
  }

  /// The bank.
  public interface Bank {
    /// Takes money from a customer.
    void charge(String key, String customer, int cents);

    /// Gives it back.
    void refund(String key);
  }

  /// The couriers, of several companies.
  public interface Courier {
    /// Hands a parcel over.
    ///
    /// @param company `express` or `post`
    /// @throws java.io.IOException when the company does not take it
    void ship(String key, String article, String company) throws java.io.IOException;
  }
}
