package fil.heartbeat.alert.model;

import fil.heartbeat.text.Untrusted;

/**
 * Who makes a change.
 *
 * @param name of the token; without tokens the name that the caller gave
 * @param address IP address of the request, or {@code unknown}; empty when there is no request
 */
public record Actor(String name, String address) {

  /** The start of each audit line; the action and its values follow. */
  public String audit() {
    return "audit by=" + Untrusted.quoted(name) + (address.isEmpty() ? "" : " from=" + address);
  }
}
