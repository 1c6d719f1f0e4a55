package fil.heartbeat.alert;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.fleet.NetworkReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is seen at a moment.
 *
 * @param warming whether too little time has passed since the start to judge: nothing newly fires
 * @param complete whether {@code nodes} is the whole fleet; those not in it are gone
 * @param nodes changed since the last picture, or all
 * @param removed peer ids forgotten since the last picture
 * @param networks all of them
 * @param degraded why the aggregator is not well, one line each; empty when it is
 * @param deadPeers names of {@code alerts.peers} that do not answer
 * @param canary number of the canary's last beat that was seen; 0 for none
 * @param holds whether nothing is judged, because the clock was set; the nodes are to be seen again
 * @param certificateExpires until when the certificate of the HTTP side is valid; empty without one
 */
record Picture(
    Instant at,
    boolean warming,
    boolean complete,
    List<Node> nodes,
    List<String> removed,
    List<NetworkReport> networks,
    List<String> degraded,
    List<String> deadPeers,
    long canary,
    boolean holds,
    Optional<Instant> certificateExpires) {
  Picture {
    nodes = List.copyOf(nodes);
    removed = List.copyOf(removed);
    networks = List.copyOf(networks);
    degraded = List.copyOf(degraded);
    deadPeers = List.copyOf(deadPeers);
  }

  /** Without a certificate. */
  Picture(
      Instant at,
      boolean warming,
      boolean complete,
      List<Node> nodes,
      List<String> removed,
      List<NetworkReport> networks,
      List<String> degraded,
      List<String> deadPeers,
      long canary) {
    this(
        at,
        warming,
        complete,
        nodes,
        removed,
        networks,
        degraded,
        deadPeers,
        canary,
        false,
        Optional.empty());
  }
}
