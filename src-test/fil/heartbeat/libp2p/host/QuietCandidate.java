package fil.heartbeat.libp2p.host;

/** Has spoken, and does nothing more. */
final class QuietCandidate implements Candidate {
  @Override
  public void start() {}

  @Override
  public void giveWay(Refusal why) {}

  @Override
  public boolean spoke() {
    return true;
  }
}
