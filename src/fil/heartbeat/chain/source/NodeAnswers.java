package fil.heartbeat.chain.source;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results of the methods that are asked beside the head. Any member may be null, and so may any
 * element of a list: nodes differ, and answers may be bad. Bit fields are lists of run lengths, see
 * {@link BitField}.
 */
final class NodeAnswers {
  private NodeAnswers() {}

  /**
   * {@code Filecoin.Version}.
   *
   * @param blockDelay seconds of an epoch; venus has none
   * @param agent the program, such as {@code lotus}; venus has none, nor has an old lotus
   */
  record VersionInfo(
      @JsonProperty("Version") @Nullable String version,
      @JsonProperty("BlockDelay") @Nullable Long blockDelay,
      @JsonProperty("Agent") @Nullable String agent) {}

  /** {@code Filecoin.StateGetNetworkParams}; the values of {@code upgrades} may be anything. */
  record NetworkParams(
      @JsonProperty("ForkUpgradeParams") @Nullable Map<String, @Nullable Object> upgrades) {}

  /** {@code Filecoin.F3GetLatestCertificate}; the last tipset of the chain is final. */
  record Certificate(@JsonProperty("ECChain") @Nullable List<@Nullable CertifiedTipset> chain) {}

  /** A tipset of a certificate. */
  record CertifiedTipset(
      @JsonProperty("Key") @Nullable List<Answers.@Nullable Link> key,
      @JsonProperty("Epoch") @Nullable Long epoch) {}

  /** {@code Filecoin.NodeStatus}. */
  record NodeStatus(@JsonProperty("PeerStatus") @Nullable PeerStatus peers) {}

  /** Peers of the node's message and block topics. */
  record PeerStatus(@JsonProperty("PeersToPublishBlocks") @Nullable Long blocks) {}

  /** {@code Forest.NetInfo}; the second name was used before 2026-07. */
  record NetInfo(
      @JsonProperty("numPeers") @Nullable Long peers,
      @JsonProperty("num_peers") @Nullable Long oldPeers) {}

  /** {@code Filecoin.StateGetActor}; the balance in attoFIL. */
  record Actor(
      @JsonProperty("Nonce") @Nullable Long nonce,
      @JsonProperty("Balance") @Nullable String balance) {}

  /** {@code Filecoin.StateMinerInfo}. */
  record MinerInfo(
      @JsonProperty("Owner") @Nullable String owner,
      @JsonProperty("Worker") @Nullable String worker,
      @JsonProperty("ControlAddresses") @Nullable List<@Nullable String> control) {}

  /** {@code Filecoin.StateMinerProvingDeadline}; all in epochs but the index. */
  record ProvingDeadline(
      @JsonProperty("PeriodStart") @Nullable Long periodStart,
      @JsonProperty("Index") @Nullable Long index,
      @JsonProperty("Open") @Nullable Long open,
      @JsonProperty("Close") @Nullable Long close) {}

  /**
   * An element of {@code Filecoin.StateMinerDeadlines}.
   *
   * @param proven bit field of the partitions that are proven in this period
   */
  record Deadline(@JsonProperty("PostSubmissions") @Nullable List<@Nullable Long> proven) {}

  /** An element of {@code Filecoin.StateMinerPartitions}; bit fields of sectors. */
  record Partition(
      @JsonProperty("FaultySectors") @Nullable List<@Nullable Long> faulty,
      @JsonProperty("RecoveringSectors") @Nullable List<@Nullable Long> recovering,
      @JsonProperty("ActiveSectors") @Nullable List<@Nullable Long> active) {}
}
