package fil.heartbeat.sender;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.Tell;
import fil.heartbeat.wire.Extras;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sender read of the last answer. A head stays for many beats, and reading its CIDs again,
 * which are then written as the same text, would be the dearest part of a beat.
 */
final class LastAnswer {
  private @Nullable JsonArray cids;
  private TipsetKey key = TipsetKey.EMPTY;
  private String keyText = key.toString();
  private @Nullable String genesis;
  private String genesisText = "";
  private @Nullable JsonObject answer;
  private Extras members = Extras.NONE;

  /** Returns the key of these CIDs; null when they are none. */
  @Nullable TipsetKey key(@Nullable Object value) {
    if (!(value instanceof JsonArray array) || array.size() > TipsetKey.MAX_CIDS) {
      return null;
    }
    if (array.equals(cids)) {
      return key;
    }
    List<Cid> blocks = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.getValue(i) instanceof String text)) {
        return null;
      }
      try {
        blocks.add(Cid.parse(text));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    key = TipsetKey.of(blocks);
    keyText = key.toString();
    cids = array.copy();
    return key;
  }

  /** Returns the text of a key as it stands in a beat. */
  String text(TipsetKey of) {
    return of.equals(key) ? keyText : of.toString();
  }

  /**
   * Returns the CID of the genesis block as it stands in a beat.
   *
   * @throws IllegalArgumentException when the text is no CID
   */
  String genesis(String text) {
    if (!text.equals(genesis)) {
      genesisText = Cid.parse(text).toString();
      genesis = text;
    }
    return genesisText;
  }

  /** Returns the optional members of an answer to the head request. */
  Extras members(JsonObject json, Tell tell) {
    JsonObject before = answer;
    if (MemberReading.hasAges(json)) {
      // They are others in each answer: to compare and keep them would be work for nothing.
      answer = null;
      return MemberReading.of(json, tell);
    }
    if (before != null && MemberReading.sameMembers(json, before)) {
      members = MemberReading.withDuration(members, json, tell);
    } else {
      members = MemberReading.of(json, tell);
      answer = json.copy();
    }
    return members;
  }
}
