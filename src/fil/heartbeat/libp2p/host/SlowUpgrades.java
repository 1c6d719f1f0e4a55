package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.host.ConnectionGuard.Ticket;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The slow upgrades to end first when others need their slots.
 *
 * @param silent one whose peer has sent nothing
 * @param otherSilent another such one, from another address
 * @param spoken one whose peer has sent bytes, from the address with the most slots
 */
record SlowUpgrades(
    @Nullable Ticket silent, @Nullable Ticket otherSilent, @Nullable Ticket spoken) {

  static SlowUpgrades among(Collection<Ticket> upgrades) {
    Ticket silent = null;
    Ticket otherSilent = null;
    Ticket spoken = null;
    int most = 0;
    for (Ticket ticket : upgrades) {
      AddressSockets source = ticket.source;
      if (source == null) {
        continue;
      }
      if (!ticket.spoke()) {
        if (silent == null) {
          silent = ticket;
        } else if (otherSilent == null && silent.source != source) {
          otherSilent = ticket;
        }
      } else if (!source.exempt && source.upgrading > most) {
        spoken = ticket;
        most = source.upgrading;
      }
    }
    return new SlowUpgrades(silent, otherSilent, spoken);
  }

  /** Returns the upgrade to end for a socket of this address; null when there is none. */
  @Nullable Ticket victimFor(AddressSockets source) {
    Ticket quiet = silent != null && silent.source == source ? otherSilent : silent;
    if (quiet != null) {
      return quiet;
    }
    AddressSockets most = spoken == null ? null : spoken.source;
    return most != null && most != source && most.upgrading > source.upgrading + 1 ? spoken : null;
  }

  Refusal why(Ticket victim) {
    return victim == spoken ? Refusal.UPGRADE_GAVE_WAY : Refusal.SILENT;
  }
}
