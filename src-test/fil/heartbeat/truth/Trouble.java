package fil.heartbeat.truth;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.State;

/** What can be wrong with a node, and what is to be said of it. */
enum Trouble {
  FORK(State.FORKED, AlertRule.NODE_FORKED, 240),
  STALL(State.STALLED, AlertRule.NODE_STALLED, 480),
  LAG(State.BEHIND, AlertRule.NODE_BEHIND, 330),
  NO_HEAD(State.NO_HEAD, AlertRule.NODE_NO_HEAD, 150),
  SILENCE(State.SILENT, AlertRule.NODE_SILENT, 150),
  LOSS(State.DISCONNECTED, AlertRule.NODE_DISCONNECTED, 200),
  STOP(State.STOPPED, AlertRule.NODE_STOPPED, 240);

  final State state;
  final AlertRule rule;

  /** Seconds after which an alert of it has to be with everyone who is to be told. */
  final int firesAfter;

  Trouble(State state, AlertRule rule, int firesAfter) {
    this.state = state;
    this.rule = rule;
    this.firesAfter = firesAfter;
  }
}
