package fil.heartbeat.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One beat as on the wire.
 *
 * @param head tipset key text, {@code { cid cid }}; {@code { }} for none
 * @param height 0 to 2^53-1
 * @param nickname free text, may be empty
 * @param minerAddress Filecoin address text, empty for none ({@code <empty>} reads as empty)
 * @param genesisCid CID text, null when absent or JSON null
 * @param syncing null when absent
 * @param extras the optional members; {@link Extras#NONE} for a beat that says nothing new about
 *     them
 * @param diagnostic whether it only tests the connection to the aggregator and belongs to no node
 * @param stopping whether it is the last one of a planned stop
 */
public record Heartbeat(
    String head,
    long height,
    String nickname,
    String minerAddress,
    @Nullable String genesisCid,
    @Nullable Boolean syncing,
    Extras extras,
    boolean diagnostic,
    boolean stopping) {

  /** Creates an ordinary beat: neither diagnostic nor the last. */
  public Heartbeat(
      String head,
      long height,
      String nickname,
      String minerAddress,
      @Nullable String genesisCid,
      @Nullable Boolean syncing) {
    this(head, height, nickname, minerAddress, genesisCid, syncing, Extras.NONE, false, false);
  }

  /** Returns a copy that only tests the connection. */
  public Heartbeat asDiagnostic() {
    return new Heartbeat(
        head, height, nickname, minerAddress, genesisCid, syncing, extras, true, stopping);
  }

  /** Returns a copy marked as the last one of a planned stop. */
  public Heartbeat asLast() {
    return new Heartbeat(
        head, height, nickname, minerAddress, genesisCid, syncing, extras, diagnostic, true);
  }

  /** Returns a copy with other optional members. */
  public Heartbeat with(Extras others) {
    return new Heartbeat(
        head, height, nickname, minerAddress, genesisCid, syncing, others, diagnostic, stopping);
  }

  /**
   * Returns the same beat; a text that is stored already is not stored once more.
   *
   * @param earlier the beat of this stream before
   */
  Heartbeat sharing(@Nullable Heartbeat earlier, RecentTexts heads) {
    return new Heartbeat(
        heads.shared(head),
        height,
        earlier != null && nickname.equals(earlier.nickname) ? earlier.nickname : nickname,
        earlier != null && minerAddress.equals(earlier.minerAddress)
            ? earlier.minerAddress
            : minerAddress,
        earlier != null && Objects.equals(genesisCid, earlier.genesisCid)
            ? earlier.genesisCid
            : genesisCid,
        syncing,
        extras,
        diagnostic,
        stopping);
  }
}
