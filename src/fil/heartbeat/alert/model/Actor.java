package fil.heartbeat.alert.model;

import fil.heartbeat.text.Untrusted;

/**
 * Who changes something; its text is how each audit line begins.
 *
 * @param name of the token; by its own account where there are none
 * @param address where the request came from, an IP address or {@code unknown}; empty when it is no
 *     request
 */
public record Actor(String name, String address) {

  @Override
  public String toString() {
    return "audit by=" + Untrusted.quoted(name) + (address.isEmpty() ? "" : " from=" + address);
  }
}
