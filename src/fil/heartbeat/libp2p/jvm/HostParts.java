package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.PeerId;

/** What the parts of one host share. */
record HostParts(
    HostConfig config,
    PeerId self,
    Links links,
    Gate gate,
    Penalties penalties,
    Admission admission,
    Counters counters) {}
