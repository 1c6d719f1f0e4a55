package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtrasTest {
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final Heartbeat PLAIN =
      new Heartbeat("{ " + CID + " }", 5_691_200, "lotus-01", "f01000", CID, false);

  private static final Extras ALL =
      new Extras.Builder()
          .client("lotus")
          .version("1.36.0+mainnet+git.3f2a9c1")
          .startTime(Instant.parse("2026-01-20T08:00:00Z"))
          .networkVersion(27)
          .upgrades(List.of(new Extras.Upgrade("FireHorse", 6_052_800)))
          .finalized(new Extras.Finalized(5_691_145, "{ " + CID + " }"))
          .peers(85)
          .baseFee(new BigInteger("100"))
          .rpcMillis(12)
          .minerAddresses(List.of("f01000", "f02000"))
          .balances(
              List.of(
                  new Extras.Balance("f0502", "worker", new BigInteger("5230000000000000000"), 40)))
          .proving(List.of(new Extras.Proving("f01000", 12, 5_691_200, 5_691_260, 3, 1, 0L, 0, 9)))
          .pendingMessages(List.of(new Extras.Pending("f0502", 2, 4211, 40)))
          .build();

  private static Heartbeat read(String json) throws HeartbeatException {
    List<Heartbeat> beats = new ArrayList<>();
    new HeartbeatDecoder()
        .receive(
            ByteBuffer.wrap(json.getBytes(UTF_8)),
            beats::add,
            drop -> {
              throw new AssertionError(drop);
            });
    assertEquals(1, beats.size());
    return beats.get(0);
  }

  private static Heartbeat withMember(String member) throws HeartbeatException {
    String json = new String(HeartbeatEncoder.encode(PLAIN), UTF_8);
    return read(json.substring(0, json.lastIndexOf('}')) + "," + member + "}");
  }

  @Test
  void theMembersFollowSyncingInTheirOrder() {
    String plain = new String(HeartbeatEncoder.encode(PLAIN), UTF_8);
    String start = plain.substring(0, plain.lastIndexOf('}'));
    assertEquals(
        start
            + ",\"Client\":\"lotus\",\"Version\":\"1.36.0+mainnet+git.3f2a9c1\""
            + ",\"StartTime\":\"2026-01-20T08:00:00Z\",\"NetworkVersion\":27"
            + ",\"Upgrades\":[{\"Name\":\"FireHorse\",\"Height\":6052800}]"
            + ",\"Finalized\":{\"Height\":5691145,\"Key\":\"{ "
            + CID
            + " }\"},\"Peers\":85,\"BaseFee\":\"100\",\"RpcMillis\":12"
            + ",\"MinerAddresses\":[\"f01000\",\"f02000\"]"
            + ",\"Balances\":[{\"Address\":\"f0502\",\"Role\":\"worker\""
            + ",\"AttoFIL\":\"5230000000000000000\",\"Age\":40}]"
            + ",\"Proving\":[{\"Miner\":\"f01000\",\"Deadline\":12,\"Open\":5691200"
            + ",\"Close\":5691260,\"Partitions\":3,\"Unproven\":1,\"Faults\":0"
            + ",\"Recovering\":0,\"Age\":9}]"
            + ",\"PendingMessages\":[{\"Address\":\"f0502\",\"Count\":2,\"Nonce\":4211,\"Age\":40}]"
            + ",\"Stopping\":true}\n",
        new String(HeartbeatEncoder.encode(PLAIN.with(ALL).asLast()), UTF_8));
  }

  @Test
  void theyAreReadAsWritten() throws HeartbeatException {
    Heartbeat beat = PLAIN.with(ALL);
    assertEquals(beat, read(new String(HeartbeatEncoder.encode(beat), UTF_8)));
  }

  @Test
  void aBeatWithoutThemHasNone() throws HeartbeatException {
    assertTrue(read(new String(HeartbeatEncoder.encode(PLAIN), UTF_8)).extras().isNone());
    assertTrue(withMember("\"Peers\":null,\"Future\":{\"a\":[1]}").extras().isNone());
  }

  @Test
  void theirNamesAreReadWithoutRegardToCaseAsGoDoes() throws HeartbeatException {
    assertEquals(7, withMember("\"PEERS\":3,\"peerſ\":7").extras().peers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Client|7",
        "Client|''",
        "Client|'a client with more than 32 letters'",
        "Version|{}",
        "StartTime|'yesterday'",
        "StartTime|'2019-12-31T23:59:59Z'",
        "StartTime|1769042400",
        "NetworkVersion|10001",
        "NetworkVersion|-1",
        "NetworkVersion|27.0",
        "NetworkVersion|'27'",
        "NetworkVersion|99999999999999999999999",
        "Upgrades|{}",
        "Upgrades|[1]",
        "Upgrades|[null]",
        "Upgrades|[{'Name':'a'}]",
        "Upgrades|[{'Name':'a','Height':-1}]",
        "Upgrades|[{'Name':'a name with more than 32 characters','Height':1}]",
        "Finalized|{'Height':1}",
        "Finalized|{'Height':5691201,'Key':'{ }'}",
        "Finalized|[]",
        "Peers|1000001",
        "Peers|true",
        "Peers|[[[[[[[1]]]]]]]",
        "BaseFee|100",
        "BaseFee|'-1'",
        "BaseFee|'1e9'",
        "BaseFee|'12345678901234567890123456789012345678901'",
        "RpcMillis|600001",
        "MinerAddresses|['f01',null]",
        "MinerAddresses|['f01',['f02']]",
        "Balances|[{'Address':'f01','Role':'king','AttoFIL':'1','Age':1}]",
        "Balances|[{'Address':'f01','Role':'owner','AttoFIL':'1','Age':86401}]",
        "Balances|[{'Address':'f01','Role':'owner','AttoFIL':'1'}]",
        "Proving|[{'Miner':'f01','Deadline':48,'Open':1,'Close':2,'Partitions':3,'Unproven':1,"
            + "'Faults':0,'Recovering':0,'Age':9}]",
        "Proving|[{'Miner':'f01','Deadline':1,'Open':2,'Close':2,'Partitions':3,'Unproven':1,"
            + "'Faults':0,'Recovering':0,'Age':9}]",
        "Proving|[{'Miner':'f01','Deadline':1,'Open':0,'Close':9007199254740991,'Partitions':3,"
            + "'Unproven':1,'Faults':0,'Recovering':0,'Age':9}]",
        "PendingMessages|[{'Address':'f01','Count':1000001,'Nonce':1,'Age':1}]",
      })
  void anOddOneIsLeftOutAlone(String name, String value) throws HeartbeatException {
    String quoted = value.replace('\'', '"');
    Extras extras = withMember("\"" + name + "\":" + quoted + ",\"RPCMILLIS\":5").extras();
    assertEquals(Set.of(name), extras.odd());
    assertEquals(5, extras.rpcMillis());
    assertEquals(
        new Extras.Builder().rpcMillis(5).odd(name).build(), extras, "nothing of it is kept");
  }

  @Test
  void aListOfTooManyIsLeftOut() throws HeartbeatException {
    String one = "\"f01\"";
    String sixteen = String.join(",", java.util.Collections.nCopies(16, one));
    assertEquals(
        16, withMember("\"MinerAddresses\":[" + sixteen + "]").extras().minerAddresses().size());
    Extras more = withMember("\"MinerAddresses\":[" + sixteen + "," + one + "]").extras();
    assertEquals(Set.of("MinerAddresses"), more.odd());
    assertEquals(List.of(), more.minerAddresses());
  }

  @Test
  void aFinalizedTipsetIsComparedWithAHeightThatComesLater() throws HeartbeatException {
    String finalized = "\"Finalized\":{\"Height\":5,\"Key\":\"{ }\"}";
    assertEquals(
        new Extras.Finalized(5, "{ }"),
        read("{" + finalized + ",\"Height\":5}").extras().finalized());
    assertEquals(Set.of("Finalized"), read("{" + finalized + ",\"Height\":4}").extras().odd());
  }

  @Test
  void aLongBeatIsSentWithoutTheLeastUrgentMembers() throws HeartbeatException {
    List<Extras.Pending> pending = new ArrayList<>();
    List<Extras.Balance> balances = new ArrayList<>();
    List<Extras.Proving> proving = new ArrayList<>();
    String address = "f3" + "a".repeat(84);
    for (int i = 0; i < Extras.MAX_ADDRESSES; i++) {
      pending.add(new Extras.Pending(address, i, i, i));
      balances.add(new Extras.Balance(address, "control", BigInteger.TEN, i));
    }
    for (int i = 0; i < Extras.MAX_PROVING; i++) {
      proving.add(new Extras.Proving("f01", i, i, i + 60, i, i, (long) i, i, i));
    }
    Extras some = ALL.toBuilder().balances(balances).build();
    Heartbeat withBalances = PLAIN.with(some.toBuilder().pendingMessages(List.of()).build());
    assertEquals(withBalances, sent(PLAIN.with(some.toBuilder().pendingMessages(pending).build())));

    Extras most = some.toBuilder().proving(proving).pendingMessages(pending).build();
    Extras least = sent(PLAIN.with(most)).extras();
    assertEquals(List.of(), least.pendingMessages());
    assertEquals(proving, least.proving());
    assertFalse(least.balances().isEmpty());

    StringBuilder head = new StringBuilder("{ ");
    for (int i = 0; i < 40; i++) {
      head.append(CID).append(' ');
    }
    Heartbeat wide = new Heartbeat(head + "}", 5_691_200, "n", "f01", CID, false).with(most);
    Extras none = sent(wide).extras();
    assertEquals(List.of(), none.proving());
    assertEquals(List.of(), none.balances());
    assertEquals(85, none.peers());
  }

  private static Heartbeat sent(Heartbeat beat) throws HeartbeatException {
    return read(new String(HeartbeatEncoder.encode(beat), UTF_8));
  }
}
