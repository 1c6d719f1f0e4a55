package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.Admission;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.Counters;
import fil.heartbeat.libp2p.host.GoAwayListener;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Misconduct;
import fil.heartbeat.libp2p.host.PeerGate;
import fil.heartbeat.libp2p.host.PenaltyBox;
import fil.heartbeat.libp2p.host.RefusalLog;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** Objects shared by all parts of one host. */
record HostParts(
    HostConfig config,
    PeerId self,
    NoiseStatic noise,
    SecureRandom random,
    WorkPool crypto,
    Protocols protocols,
    ConnectionTable<Connection> table,
    ConnectionGuard guard,
    InboundBudget budget,
    PenaltyBox penalties,
    Admission admission,
    GoAwayListener goAway,
    Counters counters,
    RefusalLog refusals,
    LongSupplier nanoTime) {

  PeerGate gate() {
    return new PeerGate(self, penalties, admission, guard, refusals);
  }

  Misconduct misconduct(PeerId peer) {
    return new Misconduct(peer, counters, refusals, penalties);
  }
}
