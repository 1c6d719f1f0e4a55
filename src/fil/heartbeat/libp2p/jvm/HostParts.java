package fil.heartbeat.libp2p.jvm;

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

/** Objects shared by the parts of one host. */
record HostParts(
    HostConfig config,
    PeerId self,
    ConnectionTable<Link> table,
    ConnectionGuard guard,
    InboundBudget budget,
    PenaltyBox penalties,
    Admission admission,
    GoAwayListener goAway,
    Counters counters,
    RefusalLog refusals) {

  PeerGate gate() {
    return new PeerGate(self, penalties, admission, guard, refusals);
  }

  Misconduct misconduct(PeerId peer) {
    return new Misconduct(peer, counters, refusals, penalties);
  }

  static HostParts of(HostConfig config, PeerId self) {
    return new HostParts(
        config,
        self,
        new ConnectionTable<>(Link::lastInboundNanos),
        new ConnectionGuard(config, config.sockets().maxConnections()),
        new InboundBudget(
            InboundBudget.Limits.ofHeap(Runtime.getRuntime().maxMemory()),
            config.sockets().exemptLoopback()),
        new PenaltyBox(config.penalty()),
        new Admission(),
        new GoAwayListener(),
        new Counters(),
        new RefusalLog(System::nanoTime));
  }
}
