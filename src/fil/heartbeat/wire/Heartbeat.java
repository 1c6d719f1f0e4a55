package fil.heartbeat.wire;

import org.jspecify.annotations.Nullable;

/**
 * One beat as it stands on the wire.
 *
 * @param head tipset key text, {@code { cid cid }}; {@code { }} for none
 * @param height 0 to 2^53-1
 * @param nickname free text, may be empty
 * @param minerAddress Filecoin address text, empty for none ({@code <empty>} reads as empty)
 * @param genesisCid CID text, null when absent or JSON null
 * @param syncing null when absent
 */
public record Heartbeat(
    String head,
    long height,
    String nickname,
    String minerAddress,
    @Nullable String genesisCid,
    @Nullable Boolean syncing) {}
