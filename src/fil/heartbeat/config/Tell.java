package fil.heartbeat.config;

import io.vertx.core.json.JsonObject;

/**
 * The optional members that a node's beats contain, by group. Balances, proofs and messages are
 * private unless switched on. Each flag also decides whether the node is asked for the members.
 *
 * @param client client, version, start time and response time
 * @param upgrades network version and planned upgrades
 * @param finality the last finalized tipset
 * @param peers the number of peers
 * @param fees the base fee
 * @param balances balances of the miners' wallets
 * @param proving the miners' deadlines and faults
 * @param messages messages that wait in the pool
 */
public record Tell(
    boolean client,
    boolean upgrades,
    boolean finality,
    boolean peers,
    boolean fees,
    boolean balances,
    boolean proving,
    boolean messages) {

  public static final Tell DEFAULT = new Tell(true, true, true, true, true, false, false, false);

  /** With {@code extras: false}. */
  public static final Tell NONE = new Tell(false, false, false, false, false, false, false, false);

  /**
   * Reads the flags of a section; all are off without extras.
   *
   * @param owner the section that contains {@code tell} and {@code extras}
   */
  static Tell read(Section owner, boolean extras) {
    Section section = owner.section("tell");
    Tell tell =
        new Tell(
            section.flag("client"),
            section.flag("upgrades"),
            section.flag("finality"),
            section.flag("peers"),
            section.flag("fees"),
            section.flag("balances"),
            section.flag("proving"),
            section.flag("messages"));
    return extras ? tell : NONE;
  }

  /** The form that {@link #read} reads. */
  JsonObject toJson() {
    return new JsonObject()
        .put("client", client)
        .put("upgrades", upgrades)
        .put("finality", finality)
        .put("peers", peers)
        .put("fees", fees)
        .put("balances", balances)
        .put("proving", proving)
        .put("messages", messages);
  }
}
