package fil.heartbeat.testing.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/** What a double knows of its chain, its network and its miner; a test changes it at any time. */
public final class Facts {
  private static final int DEADLINES = 48;
  private static final int EPOCHS_A_DEADLINE = 60;
  private static final int BLOCKS = 3;

  /** The epoch of the clock. */
  public volatile long epoch = 5_691_210;

  /** Epochs that the head is behind the clock. */
  public volatile long lag;

  /** Epochs without a block before the clock's. */
  public volatile long nullRounds;

  /** Chains of other names share no block above genesis. */
  public volatile String chain = "";

  public volatile Network network = Network.MAINNET;
  public volatile String networkName = "testnetnet";
  public volatile boolean syncing;

  /** Epochs of the last final tipset below the head. */
  public volatile long finalityLag = 5;

  /** The last final height when finality stands still; negative while it goes on. */
  public volatile long finalityStuckAt = -1;

  /** Final tipsets of another name than {@link #chain} are in conflict with its own. */
  public volatile String finalChain = "";

  public volatile boolean f3 = true;
  public volatile String version = "1.36.0+mainnet+git.3f2a9c1";
  public volatile int networkVersion = 27;
  public volatile int peers = 85;
  public volatile String startTime = "2026-01-20T09:00:00.123456789+01:00";
  public volatile String baseFee = "100";

  /** Heights of upgrades by their names in {@code ForkUpgradeParams}. */
  public final Map<String, Long> upgrades = new ConcurrentSkipListMap<>();

  public volatile String miner = "f01000";

  /** Of actors in attoFIL, by ID address. */
  public final Map<String, String> balances = new ConcurrentHashMap<>();

  /** Of actors on the chain, by ID address. */
  public final Map<String, Long> nonces = new ConcurrentHashMap<>();

  /** Messages of each actor that no block has yet. */
  public volatile long pending;

  public volatile String availableBalance = "0";
  public volatile int deadline = 12;
  public volatile int partitions = 3;

  /** Of the partitions of the deadline, those that have no proof yet. */
  public volatile int unproven;

  public volatile int faults;

  /** A full node on mainnet whose chain is on time. */
  public Facts() {
    upgrades.put("UpgradeSmokeHeight", 51_000L);
    upgrades.put("UpgradeIgnitionHeight", 94_000L);
    upgrades.put("UpgradeXxHeight", 9_999_999_999L);
    upgrades.put("UpgradeFireHorseHeight", 6_052_800L);
    upgrades.put("BreezeGasTampingDuration", 120L);
    for (String actor : List.of("f0501", "f0502", "f0503")) {
      balances.put(actor, "5230000000000000000");
      nonces.put(actor, 4211L);
    }
  }

  /** Returns the height of the head. */
  public long height() {
    return epoch - lag - nullRounds;
  }

  /** Returns the height of the last final tipset. */
  public long finalHeight() {
    return finalityStuckAt >= 0 ? finalityStuckAt : height() - finalityLag;
  }

  /** Returns the key of the tipset of a chain at a height. */
  public TipsetKey key(String chain, long height) {
    return TipsetKey.of(
        height == 0
            ? List.of(network.genesisCid())
            : IntStream.range(0, BLOCKS)
                .mapToObj(block -> Cid.ofBlock((chain + height + "/" + block).getBytes(UTF_8)))
                .toList());
  }

  JsonObject head() {
    return tipset(chain, height());
  }

  JsonObject genesis() {
    return tipset(chain, 0);
  }

  JsonObject finalized() {
    return tipset(finalChain, finalHeight());
  }

  private JsonObject tipset(String of, long height) {
    JsonArray blocks = new JsonArray();
    TipsetKey key = key(of, height);
    key.cids()
        .forEach(
            cid ->
                blocks.add(
                    new JsonObject()
                        .put("Miner", miner)
                        .put("Height", height)
                        .put("Timestamp", network.clock().startOf(height).getEpochSecond())
                        .put("ParentBaseFee", baseFee)
                        .put("BlockSig", new JsonObject().put("Type", 2).put("Data", "c2ln"))));
    return new JsonObject().put("Cids", links(key)).put("Blocks", blocks).put("Height", height);
  }

  static JsonArray links(TipsetKey key) {
    JsonArray links = new JsonArray();
    key.cids().forEach(cid -> links.add(new JsonObject().put("/", cid.toString())));
    return links;
  }

  JsonObject certificate() {
    return new JsonObject()
        .put("GPBFTInstance", 446_663)
        .put(
            "ECChain",
            new JsonArray()
                .add(certified(Math.max(0, finalHeight() - 1)))
                .add(certified(finalHeight())))
        .put("Signers", new JsonArray().add(0).add(5));
  }

  private JsonObject certified(long height) {
    return new JsonObject().put("Key", links(key(finalChain, height))).put("Epoch", height);
  }

  JsonObject syncState() {
    JsonObject idle = new JsonObject().put("WorkerID", 1).putNull("Base").putNull("Target");
    JsonObject busy =
        new JsonObject()
            .put("WorkerID", 2)
            .put("Base", head())
            .put("Target", tipset(chain, epoch + (syncing ? 100 : 0)));
    return new JsonObject()
        .put(
            "ActiveSyncs",
            new JsonArray()
                .add(idle.put("Stage", 0).put("Height", 0).put("Message", ""))
                .add(busy.put("Stage", 3).put("Height", height()).put("Message", "")))
        .put("VMApplied", 42);
  }

  JsonObject forestSyncStatus() {
    return new JsonObject()
        .put("status", syncing ? "Syncing" : "Synced")
        .put("currentHeadEpoch", height())
        .put("networkHeadEpoch", epoch)
        .put("epochsBehind", epoch - height());
  }

  JsonObject networkParams() {
    JsonObject heights = new JsonObject();
    upgrades.forEach(heights::put);
    return new JsonObject()
        .put("NetworkName", networkName)
        .put("BlockDelaySecs", 30)
        .put("ForkUpgradeParams", heights);
  }

  JsonObject nodeStatus(int told) {
    return new JsonObject()
        .put("SyncStatus", new JsonObject().put("Epoch", height()).put("Behind", lag))
        .put(
            "PeerStatus",
            new JsonObject().put("PeersToPublishMsgs", told).put("PeersToPublishBlocks", told));
  }

  JsonObject minerInfo() {
    return new JsonObject()
        .put("Owner", "f0501")
        .put("Worker", "f0502")
        .put("ControlAddresses", new JsonArray().add("f0503"))
        .put("SectorSize", 34_359_738_368L);
  }

  JsonObject provingDeadline() {
    long open = epoch - 10;
    return new JsonObject()
        .put("CurrentEpoch", height())
        .put("PeriodStart", open - (long) deadline * EPOCHS_A_DEADLINE)
        .put("Index", deadline)
        .put("Open", open)
        .put("Close", open + EPOCHS_A_DEADLINE)
        .put("WPoStPeriodDeadlines", DEADLINES);
  }

  JsonArray deadlines() {
    JsonArray all = new JsonArray();
    for (int each = 0; each < DEADLINES; each++) {
      int proven = each == deadline ? partitions - unproven : 0;
      all.add(
          new JsonObject()
              .put("PostSubmissions", proven == 0 ? bits(0) : bits(0, proven))
              .put("DisputableProofCount", 0));
    }
    return all;
  }

  JsonArray partitionsOfDeadline() {
    List<JsonObject> all = new ArrayList<>();
    for (int each = 0; each < partitions; each++) {
      all.add(
          new JsonObject()
              .put("AllSectors", bits(0, 2349))
              .put("LiveSectors", bits(0, 2349))
              .put("FaultySectors", faults == 0 ? bits(0) : bits(0, faults))
              .put("RecoveringSectors", bits(0))
              .put("ActiveSectors", bits(0, 2349 - faults)));
    }
    return new JsonArray(all);
  }

  JsonArray faultySectors() {
    return faults == 0 ? bits(0) : bits(0, faults);
  }

  /** Run lengths, zeros first. */
  private static JsonArray bits(int... runs) {
    JsonArray field = new JsonArray();
    IntStream.of(runs).forEach(field::add);
    return field;
  }
}
