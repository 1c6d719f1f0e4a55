package fil.heartbeat.libp2p.host;

/** A candidate whose peer has sent bytes, and that does nothing. */
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
